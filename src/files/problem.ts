/** What is wrong with a file that a person wrote, and where. */
import { quoteVisibly } from '../core/text.js';
import { type ErrorCode, RootsweepError } from '../errors.js';

/** A place in a text; both one-based, the column in UTF-16 code units, as editors count. */
export interface Location {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Location {
  /** What is wrong, then what to do; one line, no full stop. A function where it takes long to word: few are shown. */
  readonly sentence: string | (() => string);
}

const MOST_SHOWN = 20;
const LONGEST_QUOTE = 80;

/** What to do about a file that is not as it must be; the problems themselves say what would have been right. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  POLICY_INVALID: 'correct it and try again; schemas/policy.schema.json describes every key',
  TRUST_INVALID: 'correct it and try again; schemas/trust.schema.json describes every key',
  ORGANIZATIONS_INVALID: 'correct it and try again; schemas/organizations.schema.json describes every key',
  TEMPLATE_INVALID: 'correct it and try again; "rootsweep notice --help" lists what a template can say',
  PLAN_INVALID: 'plan again with this version of rootsweep; a plan is never edited',
  RECEIPT_INVALID: 'write it again with this version of rootsweep: rootsweep receipt JOURNAL',
};

/** All problems of one file as one error: a line `file:line:column: sentence` for each, in the order of the file. */
export function invalidFile(code: ErrorCode, fileName: string, problems: readonly Problem[]): RootsweepError {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted.slice(0, MOST_SHOWN).map(({ line, column, sentence }) => {
    const worded = typeof sentence === 'string' ? sentence : sentence();
    return `${fileName}:${line}:${column}: ${worded}`;
  });
  const more = sorted.length - lines.length;
  if (more > 0) {
    const count = more.toLocaleString('en-US');
    lines.push(`${fileName}: and ${count} more ${more === 1 ? 'problem' : 'problems'}`);
  }
  const hint = HINTS[code];
  return new RootsweepError(code, lines.join('\n'), hint === undefined ? {} : { hint });
}

/** A text from the file in quotes: inert on a terminal, on one line, and short (promise 12). */
export function quote(text: string): string {
  return quoteVisibly(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}
