/** The findings of `doctor`, for people. */
import type {
  Fix,
  Outcome,
  Prerequisite,
  PrerequisiteFinding,
  PrerequisiteVerdict,
} from '../../core/doctor/prerequisite.js';
import { plural } from '../format/counts.js';
import { bold, cyan, dim, green, type Line, red, type Span, yellow } from '../format/lines.js';

const NAMES: Readonly<Record<Prerequisite, string>> = {
  region: 'region',
  credentials: 'credentials',
  clock: 'clock',
  organization: 'organization',
  'caller-account': "caller's account",
  'trusted-access': 'trusted access',
  'root-credentials-management': 'root credentials management',
  'root-sessions': 'root sessions feature',
  accounts: 'accounts',
  'service-control-policies': 'service control policies',
  'audit-session': 'session to audit',
  'delete-session': 'session to delete',
  'recover-session': 'session to recover',
  'unlock-bucket-session': 'session to unlock a bucket',
  'unlock-queue-session': 'session to unlock a queue',
  'root-activity': 'root activity',
};

const WIDTH = Math.max(...Object.values(NAMES).map((name) => name.length)) + 2;
/** At most this many accounts are named; --json has all of them. */
const NAMED = 10;

export function renderFinding({ prerequisite, outcome }: PrerequisiteFinding): Line[] {
  const head = [markOf(outcome), ` ${NAMES[prerequisite].padEnd(WIDTH)}`];
  switch (outcome.kind) {
    case 'fine':
    case 'note':
      return [[...head, outcome.says]];
    case 'not-checked':
      return [[...head, dim(`not checked, because of: ${NAMES[outcome.because]}`)]];
    case 'unknown':
      return [[...head, `unknown: ${outcome.says}`], renderFix(outcome.fix)];
    case 'fault':
      return [[...head, outcome.says], ...renderPolicy(outcome), renderFix(outcome.fix)];
  }
}

function markOf(outcome: Outcome): Span {
  switch (outcome.kind) {
    case 'fine':
      return green('✓');
    case 'fault':
      return outcome.stops.includes('plan') ? red('✗') : yellow('!');
    case 'unknown':
      return yellow('?');
    case 'not-checked':
      return dim('.');
    case 'note':
      return cyan('i');
  }
}

function renderPolicy({ policy }: Extract<Outcome, { kind: 'fault' }>): Line[] {
  if (policy === undefined) return [];
  const { accounts, corrected } = policy;
  const more = accounts.length - NAMED;
  return [
    ...accounts.slice(0, NAMED).map(({ id, name }): Line => ['      ', bold(id), ` ${name}`]),
    ...(more > 0 ? [[`      and ${more} more`]] : []),
    [dim('    What it would have to say:')],
    ...corrected.flatMap((statement) => statement.split('\n').map((line): Line => ['      ', line])),
  ];
}

function renderFix({ text, run }: Fix): Line {
  const parts = [text ?? '', run === undefined ? '' : `run: ${run}`];
  return [dim('    → '), parts.filter((part) => part !== '').join(' ')];
}

export function renderDoctorVerdict({
  fine,
  stopping,
  others,
  unknown,
  notChecked,
}: PrerequisiteVerdict): Line[] {
  return [
    [],
    [
      bold('Doctor: '),
      `${fine} fine, ${plural(stopping, 'finding stops', 'findings stop')} a plan, ${plural(others, 'stops', 'stop')} something else, ${unknown} unknown, ${notChecked} not checked.`,
    ],
  ];
}
