/** The formats of `verify`. An error is reported by the command itself; junit reports it once more, as a test result. */
import type { Receipt } from '../core/apply/receipt.js';
import type { Redact } from '../core/cli/redact.js';
import type { BasePolicy } from '../core/plan/base-policy.js';
import type { Plan } from '../core/plan/plan.js';
import type { Verdict } from '../core/plan/verdict.js';
import type { Signer } from '../core/signing/trust.js';
import type { RootsweepError } from '../errors.js';
import type { TrustFile } from '../files/keys/trust-source.js';
import { renderJson } from '../views/format/json.js';
import type { Render } from './host.js';

export type Verification =
  | {
      readonly kind: 'plan';
      readonly verdict: Verdict | undefined;
      readonly plan: Plan;
      readonly digest: string;
      readonly signers: readonly Signer[];
      readonly trustFile: TrustFile;
      /** The policy of --base, whose loosening the plan shows. */
      readonly base: BasePolicy | undefined;
    }
  | {
      readonly kind: 'receipt';
      readonly receipt: Receipt;
      readonly signers: readonly Pick<Signer, 'name' | 'keyid'>[];
      readonly trustFile: TrustFile;
      /** That yields the receipt; undefined where it was compared with none. */
      readonly journal: string | undefined;
    }
  | {
      readonly kind: 'refused';
      readonly error: RootsweepError;
      /** Absent where the file is no plan. */
      readonly verdict?: Verdict | undefined;
      /** Absent where it was refused before it could be believed. */
      readonly plan?: Plan | undefined;
    };

export interface ShownVerification {
  /** As the user named it. */
  readonly file: string;
  readonly redacted: boolean;
  readonly mask: Redact;
  readonly outcome: Verification;
}

export const VERIFY_FORMATS = {
  text: async (shown) => (await import('./verify-text.js')).renderVerification(shown),
  json: ({ outcome, redacted, mask }) => {
    switch (outcome.kind) {
      case 'plan': {
        const { verdict, plan, digest, signers, trustFile, base } = outcome;
        return renderJson('plan-verified', {
          verdict: mask(verdict),
          redacted,
          id: plan.id,
          kind: plan.kind,
          digest,
          trust: trustFile,
          signers: mask(signers),
          notBefore: plan.notBefore,
          expires: plan.expires,
          totals: plan.totals,
          base: base && { ref: base.ref, commit: base.commit, sha256: base.sha256 },
        });
      }
      case 'receipt': {
        const { receipt, trustFile, signers } = outcome;
        const { plan, journal, totals } = receipt;
        const journalMatches = outcome.journal === undefined ? null : true;
        const trusted = { trust: trustFile, signers: mask(signers) };
        return renderJson('receipt-verified', { plan, ...trusted, journal, journalMatches, totals });
      }
      case 'refused':
        return '';
    }
  },
  junit: async ({ outcome, file, redacted, mask }) => {
    const { renderJunit } = await import('../views/plan/junit.js');
    const { verdict, plan } = outcome.kind === 'receipt' ? {} : outcome;
    const error = outcome.kind === 'refused' ? describe(outcome.error) : undefined;
    return renderJunit(mask({ file, redacted, verdict, plan, error }));
  },
} satisfies Record<string, Render<ShownVerification>>;

export type VerifyFormat = keyof typeof VERIFY_FORMATS;

function describe({ code, message, hint, exitCode }: RootsweepError) {
  return { code, message, hint, exitCode };
}
