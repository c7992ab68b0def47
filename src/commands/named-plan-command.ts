/** What `recover` and `unlock` share: the options of `plan`, and the way from a few accounts to a signed plan. */
import { Option } from 'clipanion';
import type { Aws } from '../aws/open.js';
import type { NamedPlanKind } from '../core/action/plan-kind.js';
import type { NamedEntry } from '../core/plan/plan.js';
import { RootsweepError } from '../errors.js';
import type { NamedAccount, UnlockContext } from '../workflows/plan-named.js';
import { AwsCommand, PASSPHRASE_FD } from './command.js';

/** A handful of accounts, one after another. */
const CONNECTIONS = 10;

export interface NamedPlanRequest {
  readonly kind: NamedPlanKind;
  /** Ids or names of accounts. */
  readonly named: readonly string[];
  /** Observes the accounts. @throws RootAccessFailure, whose message names the account. */
  readonly find: (
    aws: Aws,
    accounts: readonly NamedAccount[],
    context: UnlockContext,
    planId: string,
  ) => Promise<NamedEntry[]>;
}

export abstract class NamedPlanCommand extends AwsCommand {
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  out = Option.String('--out', { required: true, description: 'Where to write the plan' });
  reason = Option.String('--reason', {
    required: true,
    description: 'Why, for whoever reviews the plan and reads the receipt',
  });
  key = Option.String('--key', {
    description: 'The signing key; else ROOTSWEEP_KEY, else the one in the configuration folder',
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });

  protected override get interrupted(): string {
    return 'interrupted; nothing was written';
  }

  protected async planNamed({ kind, named, find }: NamedPlanRequest): Promise<number> {
    const { EXIT } = await import('../errors.js');
    const { checkNamed, namedHeader, readNamed } = await import('../workflows/plan-named.js');
    const { assembleNamedPlan } = await import('../core/plan/plan.js');
    const { PLANS } = await import('../core/action/plan-kind.js');
    const { readPolicy } = await import('./inputs.js');
    const { openKey } = await import('./key-options.js');
    const { checkTarget, writeTarget } = await import('../files/io/target.js');
    const { findCommit } = await import('../files/io/git.js');
    const { openAws } = await import('../aws/open.js');
    const { requireOrganization } = await import('../workflows/plan.js');
    const { checkStop } = await import('../core/base/stop.js');
    const { checkClock } = await import('../core/plan/guard.js');
    const { digestBody } = await import('../core/signing/envelope.js');
    const { nameTarget } = await import('../core/action/action.js');
    const { emitPlan } = await import('../files/plan/plan.js');
    const { signPlan } = await import('../signing/plan.js');
    const { renderPlan } = await import('../views/plan/plan-text.js');
    const { clock, env } = this.context;

    checkNamed(named);
    this.checkReason();
    await checkTarget(this.resolvePath(this.out), 'plan');
    const policyFile = await readPolicy(this.resolvePath(this.policy), this.policy);
    const key = await openKey(
      { key: this.key, passphraseFd: this.passphraseFd, aws: this.awsSettings },
      this.context,
    );
    const commit = await findCommit(this.resolvePath(this.policy), Buffer.from(policyFile.text), env);

    const aws = await openAws(this.awsSettings, CONNECTIONS, clock);
    try {
      const now = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
      const { caller, organization, clockOffset } = await aws.reader.open(PLANS[kind].feature);
      checkClock(clockOffset);
      requireOrganization(policyFile, organization);
      const accounts = await readNamed(aws.reader, named, organization);
      const id = this.context.newId();
      const context = { organization, policy: policyFile.policy };
      const entries = await find(aws, accounts, context, id).catch(explainLook);
      checkStop(this.context.stop, 'interrupted; nothing was written');
      const policy = { path: policyFile.path, ...(commit === undefined ? {} : { commit }) };
      const origin = { id, plannedBy: caller.arn, policy };
      const header = namedHeader({ origin, now, organization, policyFile });
      const { reason } = this;
      const plan = assembleNamedPlan(kind, reason, header, entries);
      const body = emitPlan(plan);
      const signed = await signPlan(body, key);
      await writeTarget(this.resolvePath(this.out), 'plan', signed);

      const digest = digestBody(body);
      if (this.json) {
        this.printJson('plan-written', {
          path: this.out,
          id,
          digest,
          kind,
          reason,
          expires: plan.expires,
          accounts: entries.map((entry) => ({
            id: entry.id,
            name: entry.name,
            target: nameTarget(entry.actions[0]),
            findings: entry.findings,
          })),
        });
      } else {
        this.print(renderPlan(plan));
        this.tell([[], [`The plan is in "${this.out}" (sha256:${digest}, good until ${plan.expires}).`]]);
        const { nextAfterPlan } = await import('./after-plan.js');
        const files = { plan: this.out, policy: this.policy };
        this.tellNext(await nextAfterPlan(signed, files, this.context));
      }
      return plan.applicable ? EXIT.done : EXIT.blocked;
    } finally {
      aws.close();
    }
  }

  private checkReason(): void {
    if (this.reason.trim() !== '') return;
    throw new RootsweepError('USAGE', 'the reason is empty', {
      hint: 'say why in a few words, for example: --reason "the owner has left, see the ticket"',
    });
  }
}

/** What could not be looked at is not planned (promise 4). */
export async function explainLook(error: unknown): Promise<never> {
  const { RootAccessFailure } = await import('../workflows/ports.js');
  const { explainUnknown } = await import('../views/plan/unknown-text.js');
  if (!(error instanceof RootAccessFailure)) throw error;
  throw new RootsweepError('ACCOUNT_UNKNOWN', error.message, {
    hint: explainUnknown(error.unknownCause),
    cause: error,
  });
}
