/** The verdict on a plan in words: the first line of every view. */
import { quoteVisibly } from '../../core/base/text.js';
import type { Verdict } from '../../core/plan/verdict.js';
import type { Signer } from '../../core/signing/trust.js';
import { plural } from '../format/counts.js';
import { bold, dim, green, type Line, red, type Span, yellow } from '../format/lines.js';

export interface VerdictWords {
  /** The emphasized first words. */
  readonly lead: string;
  /** The reason: one or more sentences. */
  readonly rest: string;
  /** What to do next. */
  readonly hint?: string | undefined;
}

export const REDACTED =
  'Redacted: email addresses, credential ids and the names of callers are masked; the digest is that of the whole plan.';

const UNCHECKED = 'Signatures were not checked';

export function describeVerdict(verdict: Verdict): VerdictWords {
  switch (verdict.kind) {
    case 'refused':
      return {
        lead: 'REFUSED:',
        rest: `${verdict.reason}.${verdict.signers === undefined ? '' : ` Signed by ${listTimes(verdict.signers)}.`}`,
        hint: verdict.hint,
      };
    case 'blocked': {
      const stop = plural(verdict.findings, 'finding stops', 'findings stop');
      const signed = verdict.signers === undefined ? UNCHECKED : `Signed by ${listTimes(verdict.signers)}`;
      return { lead: 'Blocked:', rest: `${stop} this plan; it cannot be applied. ${signed}.` };
    }
    case 'needs-signatures':
      return { lead: 'Signatures missing:', rest: `${verdict.reason}.`, hint: verdict.hint };
    case 'good': {
      const when = verdict.from === undefined ? '' : ` from ${verdict.from}`;
      return verdict.policyChecked
        ? { lead: `Can be applied${when}:`, rest: `signed by ${listTimes(verdict.signers)}.` }
        : {
            lead: 'Signatures complete:',
            rest: `signed by ${listTimes(verdict.signers)}.${when === '' ? '' : ` Not to be applied before ${verdict.from}.`} The policy was not checked.`,
          };
    }
    case 'unverified':
      return {
        lead: 'Unverified:',
        rest: `${UNCHECKED}, because no trust file was found.`,
        hint: 'pass --trust FILE',
      };
  }
}

/** `"ada" (planner), "ben" (approver at 2026-11-23T09:00:00Z)` */
function listTimes(signers: readonly Signer[]): string {
  return signers
    .map(({ name, role, at }) => `${quoteVisibly(name)} (${role}${at === undefined ? '' : ` at ${at}`})`)
    .join(', ');
}

const COLOURS: Readonly<Record<Verdict['kind'], (text: string) => Span>> = {
  refused: red,
  blocked: red,
  'needs-signatures': yellow,
  good: green,
  unverified: yellow,
};

/** @param of the name of the plan, if there are two. */
export function renderVerdict(verdict: Verdict, of = ''): Line[] {
  const { lead, rest, hint } = describeVerdict(verdict);
  const colour = COLOURS[verdict.kind];
  return [[bold(of), colour(lead), ' ', rest], ...(hint === undefined ? [] : [[dim('  → '), hint]])];
}

/** The first lines of a view: the verdict, and a note if the plan is redacted. */
export function renderTop(verdict: Verdict, redacted: boolean): Line[] {
  return [...renderVerdict(verdict), ...(redacted ? [[REDACTED]] : []), []];
}
