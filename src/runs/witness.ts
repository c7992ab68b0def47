/** `witness`: makes a plan again from AWS, and signs it only if it is the same to the byte. */
import { isNamedKind } from '../core/action/plan-kind.js';
import { checkPlan } from '../core/plan/guard.js';
import { comparePlans } from '../core/plan/plan-diff.js';
import { EXIT } from '../errors.js';
import { emitPlan, parsePlan } from '../files/plan/plan.js';
import type { Line } from '../views/format/lines.js';
import { patchText } from '../views/format/patch.js';
import { renderDifferences } from '../views/plan/diff-text.js';
import type { AccountsHost } from './host.js';
import { readPolicy } from './inputs.js';
import { openSignablePlan, openSigner, type SignFlags, verifyNext, writeSignature } from './sign-plan.js';
import { makeNamedAgain, makeSweepAgain, readBaseOf } from './witness-plan.js';

export interface WitnessFlags extends SignFlags {
  readonly policy: string;
  readonly base: string | undefined;
  readonly deep: boolean;
}

export async function runWitness(flags: WitnessFlags, host: AccountsHost): Promise<number> {
  const { context } = host;
  context.expectAccounts?.(0);
  const signable = await openSignablePlan(flags, context);
  const { plan, envelope } = signable;
  const policyFile = await readPolicy(flags.policy, context);
  checkPlan(plan, policyFile, context.clock.now());
  const key = await openSigner('witness', signable, flags, host);

  const base = await readBaseOf(plan, flags, host);
  host.progress.begin('opening');
  const made = host.useAws((aws) => {
    const sources = { policyFile, aws, base, deep: flags.deep };
    return isNamedKind(plan.kind)
      ? makeNamedAgain(plan, plan.kind, sources, host)
      : makeSweepAgain(plan, sources, host);
  });
  const body = emitPlan(await made.finally(() => host.progress.end()));
  if (!body.equals(envelope.body)) {
    showDifference(envelope.body, body, flags.plan, host);
    return EXIT.drift;
  }
  const signed = await writeSignature('witness', signable, key, flags, host);
  if (host.json) host.printJson('plan-witnessed', signed);
  else host.print([[`The plan is the same to the byte. Signed as witness: "${signed.path}".`]]);
  host.tellNext(verifyNext(flags, flags.policy));
  return EXIT.done;
}

/** What the plan says, and what AWS says now. */
function showDifference(planned: Buffer, found: Buffer, path: string, host: AccountsHost): void {
  const differences = comparePlans(parsePlan(planned, path), parsePlan(found, path));
  const texts = { before: planned.toString(), after: found.toString() };
  const patch = patchText(path, 'as AWS says now', texts);
  if (host.json) {
    host.printJson('plan-not-reproduced', { path, ...differences, patch });
    return;
  }
  const shown = renderDifferences(differences);
  host.print([
    [`The plan does not match what AWS reports now, so it was not signed: "${path}".`],
    [],
    ...(shown.length > 0 ? shown : patch.map((line): Line => ['  ', line])),
  ]);
  host.tellNext('have the plan made again, and ask its signer about the difference');
}
