/** The progress of a command in one line, shortened to fit. */
import { countColumns, cutToColumns } from '../format/columns.js';
import { bold, dim, type Line, makeInert, yellow } from '../format/lines.js';
import {
  type AtWork,
  estimateRest,
  measureRate,
  type Phase,
  type ProgressState,
  type Step,
} from './progress-state.js';

const TITLES: Readonly<Record<Phase, string>> = {
  verifying: 'Verifying the plan',
  opening: 'Opening the organization',
  checking: 'Checking',
  listing: 'Listing accounts',
  auditing: 'Auditing',
  'comparing-tags': 'Comparing tags',
  signing: 'Signing the plan',
  applying: 'Applying',
};

const STEPS: Readonly<Record<Step, string>> = {
  looking: 'looking at',
  deleting: 'deleting in',
  changing: 'changing',
  proving: 'proving',
};

/** How long the current rate is shown after AWS throttled a call, in ms. */
const SLOWED_FOR = 30_000;
const SEPARATOR = dim(' · ');
/** Names cut to fewer columns are not shown. */
const LEAST_NAME = 6;

/** The full line, for logs. */
export function renderProgress(state: ProgressState, now: number): Line {
  return joinParts(describe(state, now).parts);
}

/**
 * The line for a terminal, where it must not wrap.
 * @param columns the width of the terminal.
 */
export function renderStatus(state: ProgressState, now: number, columns: number): Line {
  // Some terminals wrap as soon as the last column is used.
  const room = columns - 1;
  const { parts, shorter, names } = describe(state, now);
  const lines = [parts, ...shorter].map(joinParts);
  const line = lines.find((it) => widthOf(it) <= room) ?? [cutToColumns(parts.title, room)];
  const left = room - widthOf(line) - widthOf([SEPARATOR]);
  const cut = cutToColumns(makeInert(names), left);
  return left < LEAST_NAME || cut === '' ? line : [...line, SEPARATOR, dim(cut)];
}

/** The parts of the line, in display order. */
interface Parts {
  readonly title?: string;
  readonly count?: string | undefined;
  readonly work?: string | undefined;
  readonly rate?: string | undefined;
  readonly rest?: string | undefined;
  readonly throttling?: string | undefined;
}

interface Description {
  readonly parts: Parts & { readonly title: string };
  /** Shorter variants for narrow terminals, longest first. */
  readonly shorter: readonly Parts[];
  /** The names of the accounts at work. */
  readonly names: string;
}

function describe(state: ProgressState, now: number): Description {
  const { known, atWork, throttled } = state;
  const rate = known === undefined || state.stopping ? undefined : measureRate(state, now);
  const rest = estimateRest(state, now);
  const { long: count, short } = describeCount(state, now);
  const timed = {
    title: describeTitle(state),
    count,
    rest: rest === undefined ? undefined : `${describeDuration(rest)} left`,
    throttling: describeThrottling(state, now),
  };
  const rated = { ...timed, rate: rate === undefined ? undefined : describeRate(rate) };
  const throttling = throttled === 0 ? undefined : `${formatCount(throttled)} throttled`;
  const { rest: _rest, ...untimed } = timed;
  return {
    parts: { ...rated, work: describeWork(atWork) },
    shorter: [
      rated,
      timed,
      { ...timed, throttling },
      { ...timed, count: short, throttling },
      { ...untimed, count: short, throttling },
      { title: timed.title, count: short },
      { count: short },
    ],
    names: atWork.map(({ name, account }) => (name === '' ? account : name)).join(', '),
  };
}

function joinParts({ title, count, work, rate, rest, throttling }: Parts): Line {
  const head = [title && bold(title), count].filter((part) => part !== undefined);
  const others = [work && dim(work), rate && dim(rate), rest && dim(rest), throttling && yellow(throttling)];
  return [
    ...head.flatMap((part, index) => (index === 0 ? [part] : [': ', part])),
    ...others.flatMap((part) => (part === undefined ? [] : [SEPARATOR, part])),
  ];
}

function widthOf(line: Line): number {
  return line.reduce((sum, part) => sum + countColumns(typeof part === 'string' ? part : part.text), 0);
}

function describeTitle({ phase, wave, stopping }: ProgressState): string {
  if (stopping) return 'Stopping';
  return wave === undefined || wave.of === 1 ? TITLES[phase] : `Wave ${wave.number} of ${wave.of}`;
}

function describeCount(state: ProgressState, now: number): { readonly long: string; readonly short: string } {
  const { phase, done, known, complete, since, stopping, atWork } = state;
  if (stopping && atWork.length > 0) {
    const short = `finishing ${atWork.length}`;
    return { long: `${short} ${atWork.length === 1 ? 'account' : 'accounts'}`, short };
  }
  // If nothing is counted, the elapsed time shows that the command is still working.
  if (known === undefined) {
    const passed = describePassed(now - since);
    return { long: passed, short: passed };
  }
  const what = phase === 'checking' ? '' : ' accounts';
  return {
    long: `${formatCount(done)} of ${formatCount(known)}${what}${complete ? '' : ' known so far'}`,
    short: `${formatCount(done)}/${formatCount(known)}${complete ? '' : '+'}`,
  };
}

function describeWork(atWork: readonly AtWork[]): string | undefined {
  const steps = (Object.keys(STEPS) as Step[]).flatMap((step) => {
    const count = atWork.filter((it) => it.step === step).length;
    return count === 0 ? [] : [`${STEPS[step]} ${count}`];
  });
  return steps.length === 0 ? undefined : steps.join(', ');
}

/** Slow rates are per minute: `12/min`, not `0.2/s`. */
function describeRate(perSecond: number): string {
  if (perSecond >= 1 || perSecond === 0) return `${formatRate(perSecond)}/s`;
  return `${formatRate(perSecond * 60)}/min`;
}

function describeThrottling({ throttled, lastThrottled }: ProgressState, now: number): string | undefined {
  if (lastThrottled === undefined) return undefined;
  const { at, by } = lastThrottled;
  const count = `${formatCount(throttled)} throttled`;
  if (now - at > SLOWED_FOR) return `${count} by AWS`;
  const pace = by?.api === undefined ? '' : `, now ${formatRate(by.rate)}/s ${by.api}`;
  return `slowed by AWS: ${count}${pace}`;
}

/** Elapsed time, rounded down. */
function describePassed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Remaining time, rounded up. */
function describeDuration(milliseconds: number): string {
  // The clock may have been set back.
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function formatRate(rate: number): string {
  return rate >= 10 ? formatCount(Math.round(rate)) : String(Math.round(rate * 10) / 10);
}
