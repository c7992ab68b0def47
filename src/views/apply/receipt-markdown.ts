/** A receipt for people: who did what and when, who approved it, and what was proven. */
import { nameTarget } from '../../core/action/action.js';
import { describeUse } from '../../core/action/credentials.js';
import type { PlanKind } from '../../core/action/plan-kind.js';
import { AFTERS, OUTCOMES, RECEIPT_TITLES, type Receipt, type ReceiptRun } from '../../core/apply/receipt.js';
import type {
  ActionRequest,
  Before,
  End,
  ReceiptAccount,
  ReceiptTarget,
  RequestAnswer,
} from '../../core/apply/receipt-accounts.js';
import { plural } from '../format/counts.js';
import { layOutJson } from '../format/laid-out-json.js';
import type { Line } from '../format/lines.js';
import { code, table } from '../format/markdown.js';
import { fence } from '../format/patch.js';
import { REDACTED } from '../plan/verdict-words.js';

interface Words {
  readonly targets: string;
  /** A successful request. */
  readonly done: string;
  readonly proven: string;
  /** What proved it. */
  readonly seen: string;
}

const CHANGED = { done: 'done', proven: 'proven', seen: 'seen' } as const;

const WORDS: Readonly<Record<PlanKind, Words>> = {
  sweep: { targets: 'credentials', done: 'deleted', proven: 'gone', seen: 'not there' },
  recovery: { targets: 'passwords', ...CHANGED },
  unlock: { targets: 'policies', ...CHANGED },
};

/** @param redacted whether `core/cli/redact.ts` masked the receipt. */
export function renderReceiptMarkdown(receipt: Receipt, redacted = false): Line[] {
  const { kind, runs, accounts } = receipt;
  return [
    [`# Receipt: ${RECEIPT_TITLES[kind]}`],
    [],
    ...(redacted ? [[REDACTED], []] : []),
    ...renderHead(receipt),
    [],
    ['## Runs'],
    [],
    ...table(
      ['run', 'signed by operator', 'caller', 'host, process, program', 'started', 'ended', 'plan signed by'],
      runs.map(renderRun),
    ),
    ...accounts.flatMap((account) => renderAccount(account, kind)),
  ];
}

function renderHead({ kind, reason, organization, plan, policy, journal, totals }: Receipt): Line[] {
  const words = WORDS[kind];
  const afters = AFTERS.map((it) => `${totals.targets[it]} ${it === 'proven' ? words.proven : it}`);
  return [
    ...table(
      ['', ''],
      [
        ['organization', code(organization)],
        ['plan', code(plan.id)],
        ['plan digest', code(`sha256:${plan.sha256}`)],
        ['policy digest', code(`sha256:${policy.sha256}`)],
        ['journal digest', `${code(`sha256:${journal.sha256}`)}, ${plural(journal.lines, 'line', 'lines')}`],
        ...(reason === undefined ? [] : [['reason', code(reason)]]),
        [words.targets, afters.join(', ')],
        ['accounts', OUTCOMES.map((outcome) => `${totals.accounts[outcome]} ${outcome}`).join(', ')],
      ],
    ),
    ...(journal.tornBytes === 0 ? [] : [[], [describeTorn(journal.tornBytes)]]),
  ];
}

/** Also used on the terminal. */
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

/** How each run ended in the account, and the result for each target. */
function renderAccount({ id, name, outcome, ends, targets }: ReceiptAccount, kind: PlanKind): Line[] {
  const title = [code(id), ...(name === undefined ? [] : [code(name)])].join(' ');
  return [
    [],
    [`## ${title}: ${outcome}`],
    ...(ends.length === 0 ? [] : [[]]),
    ...ends.flatMap(renderEnd),
    ...targets.flatMap((target) => renderTarget(target, kind)),
  ];
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

function renderTarget(target: ReceiptTarget, plan: PlanKind): Line[] {
  const { before, requests } = target;
  return [
    [],
    [`### ${code(nameTarget(target))}`],
    [],
    ...(plan === 'sweep' ? [[`- before: ${describeBefore(before)}`]] : []),
    ...(requests.length === 0 ? [['- no request on record']] : []),
    ...requests.flatMap((request) => renderRequest(request, WORDS[plan])),
    ...renderAfter(target, WORDS[plan]),
  ];
}

function describeBefore(before: Before | undefined): string {
  if (before === undefined) return 'not listed';
  return `${code(describeUse(before))}, listed in run ${before.run} at ${code(before.listed)}`;
}

function renderRequest({ run, intended, session, standing, answer }: ActionRequest, { done }: Words): Line[] {
  const within = session === undefined ? '' : `, session ${code(session)}`;
  const intent = intended === undefined ? 'without an intent on record' : `${code(intended)}${within}`;
  return [
    [`- run ${run}, ${intent}: ${describeAnswer(answer, done)}`],
    ...(standing === undefined ? [] : renderPolicy('before', standing)),
  ];
}

function describeAnswer(answer: RequestAnswer, done: string): string {
  if (answer.kind === 'none') return 'no answer on record';
  const { kind, at, requestId } = answer;
  const what = { done, absent: 'absent', refused: 'refused', unclear: 'no clear answer' }[kind];
  const message = 'message' in answer ? `: ${code(answer.message)}` : '';
  return `${what} at ${code(at)}${describeRequest(requestId)}${message}`;
}

function renderAfter({ name, after }: ReceiptTarget, { proven, seen }: Words): Line[] {
  if (after.kind === 'not-attempted') return [['- after: not attempted']];
  if (after.kind === 'not-proven') return [['- after: **not proven**']];
  const { run, at, requestId, standing } = after;
  const look = `- after: **${proven}**, ${seen} in run ${run} at ${code(at)}${describeRequest(requestId)}`;
  const isPolicy = name !== undefined;
  if (standing === undefined) return [[isPolicy ? `${look}: no policy` : look]];
  if (isPolicy) return [[look], ...renderPolicy('after', standing)];
  return [[`${look}: a password, created ${code(standing)}`]];
}

function describeRequest(id: string | undefined): string {
  return id === undefined ? '' : `, request ${code(id)}`;
}

/** Laid out for reading. The receipt's YAML has the exact bytes. */
function renderPolicy(when: 'before' | 'after', document: string): Line[] {
  const mark = when === 'before' ? '-' : '+';
  return [[], [`Policy ${when}:`], [], ...fence(layOutJson(document).map((line) => `${mark} ${line}`)), []];
}
