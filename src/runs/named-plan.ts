/** What `recover` and `unlock` share: the way from a few accounts to a signed plan. */
import type { Aws } from '../aws/open.js';
import { nameTarget } from '../core/action/action.js';
import { type NamedPlanKind, PLANS } from '../core/action/plan-kind.js';
import { checkStop } from '../core/base/stop.js';
import { checkClock } from '../core/plan/guard.js';
import { assembleNamedPlan, isNamedEntry, type NamedEntry } from '../core/plan/plan.js';
import { digestBody } from '../core/signing/envelope.js';
import { EXIT, RootsweepError } from '../errors.js';
import { writeTarget } from '../files/io/target.js';
import { emitPlan } from '../files/plan/plan.js';
import { signPlan } from '../signing/plan.js';
import { renderPlan } from '../views/plan/plan-text.js';
import { explainUnknown } from '../views/plan/unknown-text.js';
import { requireOrganization } from '../workflows/plan.js';
import {
  checkNamed,
  type NamedAccount,
  namedHeader,
  readNamed,
  type UnlockContext,
} from '../workflows/plan-named.js';
import { RootAccessFailure } from '../workflows/ports.js';
import type { AwsHost } from './host.js';
import { type NewPlanFlags, nextAfterPlan, planTime, prepareNewPlan } from './new-plan.js';

export interface NamedPlanFlags extends NewPlanFlags {
  readonly reason: string;
}

/** Observes accounts. @throws RootAccessFailure, whose message names the account. */
type Find = (
  aws: Aws,
  accounts: readonly NamedAccount[],
  context: UnlockContext,
  planId: string,
) => Promise<NamedEntry[]>;

/** @param named ids or names of accounts. */
export async function planNamed(
  kind: NamedPlanKind,
  named: readonly string[],
  flags: NamedPlanFlags,
  host: AwsHost,
  find: Find,
): Promise<number> {
  const { reason, out, policy } = flags;
  checkNamed(named);
  checkReason(reason);
  const prepared = await prepareNewPlan(flags, host);
  const { policyFile } = prepared;
  const { clock, newId, stop } = host.context;
  const plan = await host.useAws(async (aws) => {
    const now = planTime(clock);
    const { caller, organization, clockOffset } = await aws.reader.open(PLANS[kind].feature);
    checkClock(clockOffset);
    requireOrganization(policyFile, organization);
    const accounts = await readNamed(aws.reader, named, organization);
    const id = newId();
    const context = { organization, policy: policyFile.policy };
    const entries = await find(aws, accounts, context, id).catch(explainUnknownAccount);
    checkStop(stop, 'interrupted; nothing was written');
    const origin = { id, plannedBy: caller.arn, policy: prepared.origin };
    const header = namedHeader({ origin, now, organization, policyFile });
    return assembleNamedPlan(kind, reason, header, entries);
  });
  const body = emitPlan(plan);
  const signed = await signPlan(body, prepared.key);
  await writeTarget(prepared.target, 'plan', signed);

  const digest = digestBody(body);
  const { id, expires } = plan;
  if (host.json) {
    const accounts = plan.accounts.filter(isNamedEntry).map((entry) => ({
      id: entry.id,
      name: entry.name,
      target: nameTarget(entry.actions[0]),
      findings: entry.findings,
    }));
    host.printJson('plan-written', { path: out, id, digest, kind, reason, expires, accounts });
  } else {
    host.print(renderPlan(plan));
    host.tell([[], [`The plan is in "${out}" (sha256:${digest}, good until ${expires}).`]]);
    host.tellNext(await nextAfterPlan(signed, { plan: out, policy }, host.context));
  }
  return plan.applicable ? EXIT.done : EXIT.blocked;
}

function checkReason(reason: string): void {
  if (reason.trim() !== '') return;
  throw new RootsweepError('USAGE', 'the reason is empty', {
    hint: 'say why in a few words, for example: --reason "the owner has left, see the ticket"',
  });
}

/** What could not be looked at is not planned (promise 4). */
export function explainUnknownAccount(error: unknown): never {
  if (!(error instanceof RootAccessFailure)) throw error;
  throw new RootsweepError('ACCOUNT_UNKNOWN', error.message, {
    hint: explainUnknown(error.unknownCause),
    cause: error,
  });
}
