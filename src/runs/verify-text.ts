/** What `verify` found, for people. */
import type { Line } from '../views/format/lines.js';
import { describeValidity } from '../views/plan/plan-text.js';
import { describeTrust, listNames, listSigners } from '../views/plan/signers.js';
import type { ShownVerification } from './verify-formats.js';

export function renderVerification({ file, mask, outcome }: ShownVerification): Line[] {
  switch (outcome.kind) {
    case 'plan': {
      const { plan, digest, signers, trustFile, base } = outcome;
      return [
        [`"${file}" is ${describeValidity(plan)}.`],
        [describeTrust(trustFile)],
        [`Signed by ${listSigners(mask(signers))}; digest sha256:${digest}`],
        ...(base === undefined
          ? []
          : [[`It shows how its policy is looser than in "${base.ref}" (commit ${base.commit}), if it is.`]]),
      ];
    }
    case 'receipt': {
      const { receipt, signers, trustFile, journal } = outcome;
      const { sha256 } = receipt.journal;
      return [
        [`"${file}" is as it was signed by ${listNames(mask(signers))}.`],
        [describeTrust(trustFile)],
        [
          journal === undefined
            ? `It was not compared with a journal; pass --journal to compare it with the one of digest sha256:${sha256}`
            : `It is what "${journal}" yields; digest sha256:${sha256}`,
        ],
      ];
    }
    case 'refused':
      return [];
  }
}
