/**
 * Judges runs of `apply` without believing a word of theirs: by what the emulator did, what its accounts hold, what the
 * plan file says, and what was on the disk when a deletion arrived.
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AccountSnapshot, Emulator } from '../../src/emulator/emulator.js';
import type { HttpRequest } from '../../src/emulator/wire/http.js';
import { deletionIn } from '../search/judge-request.js';

interface Deletion {
  readonly account: string;
  readonly credential: string;
  /** Of the root session. */
  readonly session: string | undefined;
}

interface Outcome {
  readonly kind: string;
  readonly proven?: readonly { readonly kind: string; readonly id?: string }[];
  readonly earlier?: readonly string[];
}

interface Ledger {
  readonly lines: readonly { readonly account: string; readonly outcome: Outcome }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly actionsProven: number;
  readonly exitCode: number;
}

export interface Judge {
  /** Deletions that took effect, in order. */
  readonly deletions: readonly Deletion[];
  /** What is planned and still there, `444444444444 password`. */
  readonly left: () => string[];
  /** Everything in which the runs so far broke a promise, in sentences. */
  readonly problems: () => string[];
  /**
   * Everything that is not true in the ledger of a run.
   * @param stdout with `--json`.
   * @param from how many deletions there were when the run began.
   * @param folder whose journal the run wrote, where several ran at a time.
   */
  readonly ledgerProblems: (stdout: string, code: number | null, from: number, folder?: string) => string[];
}

/** Watches an emulator from now on. @param folders hold the same `org.plan.yaml` and a journal each. */
export function openJudge(emulator: Emulator, folders: readonly string[]): Judge {
  const before = emulator.snapshot();
  const planned = readPlanned(readFileSync(join(folders[0] ?? '', 'org.plan.yaml'), 'utf8'));
  const deletions: Deletion[] = [];
  const problems: string[] = [];

  /** How often there was an intent, and a request. */
  const intents = new Map<string, number>();
  const requests = new Map<string, number>();
  const lengths = new Map<string, number>();
  /** Only what was added since: a journal of a thousand accounts is long. */
  const readNewIntents = () => {
    for (const path of folders.flatMap(findJournals)) {
      const from = lengths.get(path) ?? 0;
      const added = readFrom(path, from);
      const whole = added.subarray(0, added.lastIndexOf(0x0a) + 1);
      for (const intent of intentsIn(String(whole))) count(intents, intent);
      lengths.set(path, from + whole.length);
    }
  };

  const carryOut = emulator.carryOut.bind(emulator);
  emulator.carryOut = (request: HttpRequest) => {
    const asked = deletionIn(request.body);
    // What is on the disk now, before anything comes of the call.
    if (asked !== undefined) readNewIntents();
    const reply = carryOut(request);
    const { effect, account = '', accessKeyId: session } = reply.call;
    if (asked !== undefined) {
      const request = intentOf({ account, credential: asked, session });
      if (count(requests, request) > (intents.get(request) ?? 0)) problems.push(`no intent: ${request}`);
    }
    if (effect?.kind === 'deleted') {
      deletions.push({ account: effect.account, credential: nameOf(effect.credential), session });
    }
    return reply;
  };

  const heldNow = () => mapValues(emulator.snapshot(), (account) => new Set(namesIn(account)));
  return {
    deletions,
    left: () => {
      const held = heldNow();
      return [...planned].flatMap(([account, names]) =>
        [...names].filter((name) => held[account]?.has(name)).map((name) => `${account} ${name}`),
      );
    },
    problems: () => {
      const held = heldNow();
      const gone = Object.entries(before).flatMap(([account, was]) =>
        namesIn(was)
          .filter((name) => !held[account]?.has(name))
          .map((name) => ({ account, name })),
      );
      return [
        ...problems,
        ...gone
          .filter(({ account, name }) => !planned.get(account)?.has(name))
          .map(({ account, name }) => `not planned: ${account} ${name}`),
        ...gone
          .filter(({ account, name }) => isMfa(name) && held[account]?.has('password'))
          .map(({ account, name }) => `gone before the password: ${account} ${name}`),
        ...findUnsafeOrder(before, deletions),
      ];
    },
    ledgerProblems: (stdout, code, from, folder) => {
      const ledger = readLedger(stdout);
      if (ledger === undefined) return ['no ledger was printed'];
      const sessions =
        folder === undefined
          ? undefined
          : new Set(
              findJournals(folder)
                .flatMap((path) => intentsIn(readFileSync(path, 'utf8')))
                .map(sessionOf),
            );
      const ofRun = deletions
        .slice(from)
        .filter(({ session }) => sessions === undefined || sessions.has(session ?? ''));
      const held = heldNow();
      const lines = ledger.lines.flatMap(({ account, outcome }) =>
        findLies(outcome, {
          held: held[account] ?? new Set(),
          planned: planned.get(account) ?? new Set(),
          deletedNow: new Set(
            ofRun.filter((it) => it.account === account).map(({ credential }) => credential),
          ),
        }).map((lie) => `${account} ${outcome.kind}: ${lie}`),
      );
      return [...lines, ...findMiscounts(ledger, code)];
    },
  };
}

/** At every moment an account without an MFA device that it had, has no password either. */
function findUnsafeOrder(
  before: Readonly<Record<string, AccountSnapshot>>,
  deletions: readonly Deletion[],
): string[] {
  const passwords = new Set(Object.keys(before).filter((id) => before[id]?.password !== undefined));
  return deletions.flatMap(({ account, credential }) => {
    if (credential === 'password') passwords.delete(account);
    return isMfa(credential) && passwords.has(account)
      ? [`deleted before the password: ${account} ${credential}`]
      : [];
  });
}

interface Truth {
  readonly held: ReadonlySet<string>;
  readonly planned: ReadonlySet<string>;
  /** By the run whose ledger it is. */
  readonly deletedNow: ReadonlySet<string>;
}

function findLies({ kind, proven = [], earlier = [] }: Outcome, { held, planned, deletedNow }: Truth) {
  const lies = [...proven.map(nameOfAction), ...earlier]
    .filter((name) => held.has(name))
    .map((name) => `still there: ${name}`);
  if (kind === 'done' || kind === 'done-earlier') {
    for (const name of planned) if (held.has(name)) lies.push(`still there: ${name}`);
  }
  if (!['done', 'failed'].includes(kind)) {
    for (const name of deletedNow) lies.push(`deleted all the same: ${name}`);
  }
  if (kind === 'done') {
    for (const name of deletedNow) if (!proven.map(nameOfAction).includes(name)) lies.push(`untold: ${name}`);
  }
  return lies;
}

/** The exit code that the README's table gives to these lines. */
function findMiscounts({ lines, counts, actionsProven, exitCode }: Ledger, code: number | null) {
  const kinds = lines.map(({ outcome }) => outcome.kind);
  const has = (...some: string[]) => kinds.some((kind) => some.includes(kind));
  const wrong = Object.keys(counts).filter(
    (kind) => kinds.filter((it) => it === kind).length !== counts[kind],
  );
  const told = lines.reduce((sum, { outcome }) => sum + (outcome.proven?.length ?? 0), 0);
  const halfDone = lines.some(({ outcome }) => outcome.kind === 'drifted' && outcome.earlier !== undefined);
  const allowed = has('not-started')
    ? [6, 130]
    : has('failed', 'unknown') || halfDone
      ? [6]
      : has('drifted')
        ? [5]
        : [0];
  return [
    ...wrong.map((kind) => `wrong count: ${kind}`),
    ...(told === actionsProven ? [] : [`wrong count of credentials: ${actionsProven}`]),
    ...(code === exitCode && allowed.includes(exitCode) ? [] : [`exit code ${code}, ledger ${exitCode}`]),
  ];
}

function readPlanned(file: string): Map<string, Set<string>> {
  const body = parse(file.slice(0, file.lastIndexOf('\n---\n'))) as {
    accounts: { id: string; decision: string; actions?: { kind: string; id?: string }[] }[];
  };
  return new Map(
    body.accounts
      .filter(({ decision }) => decision === 'delete')
      .map(({ id, actions = [] }) => [
        id,
        new Set(
          actions.map((it) =>
            nameOf({ kind: it.kind.replace('delete-', ''), ...(it.id === undefined ? {} : { id: it.id }) }),
          ),
        ),
      ]),
  );
}

function findJournals(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.journal.jsonl'))
    .map((name) => join(folder, name));
}

function readFrom(path: string, position: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - position));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, position));
  } finally {
    closeSync(file);
  }
}

/** Whole lines only: a torn one tells nobody anything. */
export function readRecords(folder: string): Record<string, unknown>[] {
  return findJournals(folder).flatMap((path) => recordsIn(readFileSync(path, 'utf8')));
}

function recordsIn(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function intentsIn(text: string): string[] {
  return recordsIn(text)
    .filter(({ type }) => type === 'action-intended')
    .map(({ account, kind, id, session }) =>
      intentOf({
        account: String(account),
        credential: nameOfAction({ kind: String(kind), ...(typeof id === 'string' ? { id } : {}) }),
        session: String(session),
      }),
    );
}

/** @returns how often it was counted, this time included. */
function count(counts: Map<string, number>, key: string): number {
  const times = (counts.get(key) ?? 0) + 1;
  counts.set(key, times);
  return times;
}

function intentOf({ account, credential, session }: Deletion): string {
  return `${account} ${credential} ${session}`;
}

function sessionOf(intent: string): string {
  return intent.slice(intent.lastIndexOf(' ') + 1);
}

function readLedger(stdout: string): Ledger | undefined {
  return stdout
    .split('\n')
    .filter((line) => line.includes('"type":"ledger"'))
    .map((line) => JSON.parse(line) as Ledger)
    .at(-1);
}

function namesIn({ password, mfaDevices, accessKeys, signingCertificates }: AccountSnapshot): string[] {
  return [
    ...(password === undefined ? [] : ['password']),
    ...mfaDevices.map(({ serial }) => `mfa-device ${serial}`),
    ...accessKeys.map(({ id }) => `access-key ${id}`),
    ...signingCertificates.map(({ id }) => `signing-certificate ${id}`),
  ];
}

/** The credential that an action deletes. */
function nameOfAction({ kind, id }: { readonly kind: string; readonly id?: string }): string {
  return nameOf({ kind: kind.replace(/^delete-/, ''), ...(id === undefined ? {} : { id }) });
}

function nameOf({ kind, id }: { readonly kind: string; readonly id?: string }): string {
  return id === undefined ? kind : `${kind} ${id}`;
}

function isMfa(name: string): boolean {
  return name.startsWith('mfa-device ');
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
