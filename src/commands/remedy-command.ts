/** What `recover` and `unlock` share: the options of `plan`, and the way from a few accounts to a signed plan. */
import { Option } from 'clipanion';
import type { Aws } from '../aws/open.js';
import type { Organization } from '../core/organization.js';
import type { RemedyEntry, RemedyKind } from '../core/remedy.js';
import { RootsweepError } from '../errors.js';
import type { NamedAccount } from '../workflows/plan-remedies.js';
import { AwsCommand, PASSPHRASE_FD } from './command.js';

/** A handful of accounts, one after another. */
const CONNECTIONS = 10;

export interface RemedyRequest {
  readonly kind: RemedyKind;
  /** Ids or names of accounts. */
  readonly named: readonly string[];
  /** Looks at the accounts. @throws RootAccessFailure, whose message names the account. */
  readonly find: (
    aws: Aws,
    accounts: readonly NamedAccount[],
    organization: Organization,
    planId: string,
  ) => Promise<RemedyEntry[]>;
}

export abstract class RemedyCommand extends AwsCommand {
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

  protected async planRemedy({ kind, named, find }: RemedyRequest): Promise<number> {
    const { EXIT } = await import('../errors.js');
    const { checkNamed, readNamed, remedyHeader } = await import('../workflows/plan-remedies.js');
    const { featureFor } = await import('../workflows/remedy-feature.js');
    const { readPolicy } = await import('./inputs.js');
    const { openKey } = await import('./key-options.js');
    const { checkTarget, writeTarget } = await import('../files/target.js');
    const { findCommit } = await import('../files/git.js');
    const { openAws } = await import('../aws/open.js');
    const { requireOrganization } = await import('../workflows/plan.js');
    const { checkStop } = await import('../core/stop.js');
    const { checkClock } = await import('../core/guard.js');
    const { digestBody } = await import('../core/envelope.js');
    const { nameTarget } = await import('../core/action.js');
    const { emitRemedyPlan } = await import('../files/remedy-plan.js');
    const { signPlan } = await import('../signing/plan.js');
    const { renderRemedyPlan } = await import('../views/remedy-text.js');
    const { clock, env } = this.context;

    checkNamed(named);
    this.checkReason();
    await checkTarget(this.resolvePath(this.out), 'plan');
    const policyFile = await readPolicy(this.resolvePath(this.policy), this.policy);
    const key = await openKey(
      { key: this.key, passphraseFd: this.passphraseFd, aws: this.awsSettings },
      this.resolvePath,
      this.context,
    );
    const commit = await findCommit(this.resolvePath(this.policy), Buffer.from(policyFile.text), env);

    const aws = await openAws(this.awsSettings, CONNECTIONS, clock);
    try {
      const now = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
      const { caller, organization, clockOffset } = await aws.reader.open(featureFor(kind));
      checkClock(clockOffset);
      requireOrganization(policyFile, organization);
      const accounts = await readNamed(aws.reader, named, organization);
      const id = this.context.newId();
      const entries = await find(aws, accounts, organization, id).catch(explainLook);
      checkStop(this.context.stop, 'interrupted; nothing was written');
      const policy = { path: policyFile.path, ...(commit === undefined ? {} : { commit }) };
      const origin = { id, plannedBy: caller.arn, policy };
      const header = remedyHeader({ origin, now, organization, policyFile });
      const { reason } = this;
      const plan = { version: 1, remedy: kind, reason, ...header, accounts: entries } as const;
      const body = emitRemedyPlan(plan);
      const signed = await signPlan(body, key);
      await writeTarget(this.resolvePath(this.out), 'plan', signed);

      const digest = digestBody(body);
      if (this.json) {
        this.printJson('remedy-plan-written', {
          path: this.out,
          id,
          digest,
          remedy: kind,
          reason,
          expires: plan.expires,
          accounts: entries.map((entry) => ({
            id: entry.id,
            name: entry.name,
            target: nameTarget(entry.remedy),
            ...('warning' in entry.remedy ? { warning: entry.remedy.warning } : {}),
          })),
        });
      } else {
        this.print(renderRemedyPlan(plan));
        this.tell([[], [`The plan is in "${this.out}" (sha256:${digest}, good until ${plan.expires}).`]]);
        const { nextAfterPlan } = await import('./after-plan.js');
        const files = { plan: this.out, policy: this.policy };
        this.tellNext(await nextAfterPlan(signed, files, this.resolvePath, this.context));
      }
      return EXIT.done;
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
  const { explainUnknown } = await import('../views/unknown-text.js');
  if (!(error instanceof RootAccessFailure)) throw error;
  throw new RootsweepError('ACCOUNT_UNKNOWN', error.message, {
    hint: explainUnknown(error.unknownCause),
    cause: error,
  });
}
