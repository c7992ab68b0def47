/** A receipt for people: who did what, when, on whose word, and what was proven. */
import { describeUse, nameCredential } from '../core/credentials.js';
import { AFTERS, OUTCOMES, type Receipt, type ReceiptRun } from '../core/receipt.js';
import type { After, Deletion, End, ReceiptAccount, ReceiptCredential } from '../core/receipt-accounts.js';
import { plural } from './counts.js';
import type { Line } from './lines.js';
import { code, table } from './markdown.js';
import { REDACTED } from './verdict-words.js';

/** @param redacted whether it is shown with what `core/redact.ts` masks. */
export function renderReceiptMarkdown(receipt: Receipt, redacted = false): Line[] {
  const { totals, accounts } = receipt;
  return [
    ...renderHead('root credentials', { ...receipt, redacted }, [
      ['credentials', listCounts(AFTERS, totals.credentials)],
      ['accounts', listCounts(OUTCOMES, totals.accounts)],
    ]),
    ...accounts.flatMap(renderAccount),
  ];
}

export function listCounts<K extends string>(
  words: readonly K[],
  counts: Readonly<Record<K, number>>,
): string {
  return words.map((word) => `${counts[word]} ${word}`).join(', ');
}

/** All that stands before the accounts. @param rows more of the first table. */
export function renderHead(
  what: string,
  {
    organization,
    plan,
    policy,
    journal,
    runs,
    redacted,
  }: Omit<Receipt, 'totals' | 'accounts'> & { readonly redacted: boolean },
  rows: readonly (readonly string[])[],
): Line[] {
  return [
    [`# Receipt: ${what}`],
    [],
    ...(redacted ? [[REDACTED], []] : []),
    ...table(
      ['', ''],
      [
        ['organization', code(organization)],
        ['plan', code(plan.id)],
        ['plan digest', code(`sha256:${plan.sha256}`)],
        ['policy digest', code(`sha256:${policy.sha256}`)],
        ['journal digest', `${code(`sha256:${journal.sha256}`)}, ${plural(journal.lines, 'line', 'lines')}`],
        ...rows,
      ],
    ),
    ...(journal.tornBytes === 0 ? [] : [[], [describeTorn(journal.tornBytes)]]),
    [],
    ['## Runs'],
    [],
    ...table(
      ['run', 'signed by operator', 'caller', 'host, process, program', 'started', 'ended', 'plan signed by'],
      runs.map(renderRun),
    ),
  ];
}

/** One sentence, also for the terminal. */
export function describeTorn(bytes: number): string {
  return `The last line of the journal is torn: its ${plural(bytes, 'byte is', 'bytes are')} no part of this receipt.`;
}

function renderRun(run: ReceiptRun, index: number): string[] {
  const { end } = run;
  const ended =
    end.kind === 'never-ended'
      ? 'never ended'
      : `${code(end.at)}, exit code ${end.exitCode}${end.trouble === undefined ? '' : `: ${code(end.trouble)}`}`;
  const narrowed = (['only', 'exclude'] as const).flatMap((flag) =>
    (run[flag] ?? []).map((account) => code(`--${flag} ${account}`)),
  );
  return [
    [`${index + 1}: ${code(run.id)}`, ...narrowed].join(' '),
    `${code(run.operator.name)} (${code(run.operator.keyid)})`,
    code(run.caller),
    `${code(run.host)}, ${run.pid}, ${code(run.tool)}`,
    code(run.started),
    ended,
    run.signers
      .map(
        ({ name, keyid, role, at }) =>
          `${code(name)} as ${role}${at === undefined ? '' : ` at ${code(at)}`} (${code(keyid)})`,
      )
      .join(', '),
  ];
}

function renderAccount(account: ReceiptAccount): Line[] {
  const { credentials } = account;
  return [
    ...renderEnds(account),
    ...(credentials.length === 0
      ? []
      : [[], ...table(['credential', 'before', 'deletion', 'after'], credentials.map(renderCredential))]),
  ];
}

/** The heading of an account, and how each run left it. */
export function renderEnds({
  id,
  name,
  outcome,
  ends,
}: Pick<ReceiptAccount, 'id' | 'name' | 'outcome' | 'ends'>): Line[] {
  const title = [code(id), ...(name === undefined ? [] : [code(name)])].join(' ');
  return [[], [`## ${title}: ${outcome}`], ...(ends.length === 0 ? [] : [[]]), ...ends.flatMap(renderEnd)];
}

function renderEnd({ run, at, outcome, message, drift, foundGone }: End): Line[] {
  const why = message === undefined ? '' : `: ${code(message)}`;
  const list = (what: string, texts: readonly string[]): Line => [
    `  - ${what}: ${texts.length === 0 ? 'nothing' : texts.map(code).join(', ')}`,
  ];
  return [
    [`- run ${run}, ${code(at)}: ${outcome}${why}`],
    ...(drift === undefined ? [] : [list('planned', drift.planned), list('found', drift.found)]),
    ...(foundGone === undefined ? [] : [list('somebody else deleted', foundGone)]),
  ];
}

function renderCredential(credential: ReceiptCredential): string[] {
  const { before, deletions, after } = credential;
  return [
    code(nameCredential(credential)),
    before === undefined
      ? 'not listed'
      : `${code(describeUse({ kind: credential.kind, ...before }))}, listed in run ${before.run} at ${code(before.listed)}`,
    deletions.length === 0
      ? after.kind === 'gone'
        ? 'none on record'
        : 'none'
      : deletions.map((it) => describeRequested(it, 'deleted')).join('; '),
    describeAfter(after),
  ];
}

function describeAfter(after: After): string {
  switch (after.kind) {
    case 'gone':
      return `**gone**: not there in run ${after.run} at ${code(after.at)}${describeRequest(after.requestId)}`;
    case 'not-proven':
      return '**not proven**';
    case 'not-attempted':
      return 'not attempted';
  }
}

/** @param done how it is told that AWS did it. */
export function describeRequested({ run, intended, session, answer }: Deletion, done: string): string {
  const intent =
    intended === undefined ? 'without an intent on record' : `${code(intended)}${describeSession(session)}`;
  return `run ${run}, ${intent}: ${describeAnswer(answer, done)}`;
}

function describeSession(session: string | undefined): string {
  return session === undefined ? '' : `, session ${code(session)}`;
}

function describeAnswer(answer: Deletion['answer'], done: string): string {
  switch (answer.kind) {
    case 'none':
      return 'no answer on record';
    case 'absent':
    case 'done':
      return `${answer.kind === 'done' ? done : answer.kind} at ${code(answer.at)}${describeRequest(answer.requestId)}`;
    case 'refused':
    case 'unclear': {
      const what = answer.kind === 'unclear' ? 'no clear answer' : 'refused';
      return `${what} at ${code(answer.at)}${describeRequest(answer.requestId)}: ${code(answer.message)}`;
    }
  }
}

export function describeRequest(id: string | undefined): string {
  return id === undefined ? '' : `, request ${code(id)}`;
}
