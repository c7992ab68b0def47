import { Command, Option } from 'clipanion';
import { commandLine } from '../core/base/command-line.js';
import type { PolicyFile } from '../core/plan/guard.js';
import type { AccountFacts } from '../core/policy/scope.js';
import { RootsweepError } from '../errors.js';
import type { Unreadable } from '../workflows/explain.js';
import { AwsCommand, REDACT } from './command.js';

interface Looked {
  readonly facts: AccountFacts;
  readonly unreadable: readonly Unreadable[];
  readonly managementAccount: string;
  /** What `until` is compared with. */
  readonly today: Date;
}

export class ExplainCommand extends AwsCommand {
  static override paths = [['explain']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show which rule of the policy decides about an account, and why the others do not',
    details: `
      Reads the account, the names of its units where a rule compares them, and its tags where no other rule decides; no
      root session is opened. With --plan, AWS is not called: the account is taken as the plan holds it.

      Exit code 0: a rule decides; 6: nobody can say, because AWS did not tell what a rule compares.
    `,
    examples: [
      ['By id', 'rootsweep explain 111122223333 --policy policy.yaml'],
      ['By name, as a plan saw it', 'rootsweep explain shop-prod --policy policy.yaml --plan prod.plan.yaml'],
    ],
  });

  account = Option.String({ name: 'ACCOUNT' });
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  redact = Option.Boolean('--redact', false, { description: REDACT });
  plan = Option.String('--plan', { description: 'Take the account from this plan, and call nobody' });

  protected async run(): Promise<number> {
    const { EXIT } = await import('../errors.js');
    const { readPolicy } = await import('../runs/inputs.js');
    const { listDefaults } = await import('../files/policy/policy-defaults.js');
    const { explainScope } = await import('../core/plan/explanation.js');
    const { renderExplanation } = await import('../views/plan/explanation-text.js');
    const { createRedact } = await import('../core/cli/redact.js');
    if (this.redact) this.mask = createRedact();
    const policyFile = await readPolicy(this.policy, this.context);
    const { policy } = policyFile;
    const defaults = listDefaults(policyFile.text, this.policy);

    const { facts, unreadable, managementAccount, today } =
      this.plan === undefined ? await this.lookAt(policyFile) : await this.lookUp(this.plan, policyFile);
    const explanation = explainScope(
      policy,
      facts,
      new Set(unreadable.map(({ what }) => what)),
      managementAccount,
      today,
    );
    if (this.redact) this.mask = createRedact({ emails: [facts.account.email] });
    const shown = this.mask({ ...explanation, facts, unreadable, defaults, policyPath: this.policy });
    if (this.json) {
      const { account, unitPath, tags } = shown.facts;
      this.printJson('explanation', {
        redacted: this.redact,
        account,
        ou: unitPath ?? null,
        tags: tags ?? null,
        scope: shown.scope.kind,
        rules: shown.rules.map(({ rule, ...rest }) => ({ ...rest, ...rule, file: this.policy })),
        unreadable: shown.unreadable,
        defaults,
      });
    } else {
      const { REDACTED } = await import('../views/plan/verdict-words.js');
      this.print([...(this.redact ? [[REDACTED], []] : []), ...renderExplanation(shown)]);
    }
    const { kind } = explanation.scope;
    return kind === 'needs-tags' || kind === 'undecidable' ? EXIT.partial : EXIT.done;
  }

  /** As it is now. */
  private async lookAt(policyFile: PolicyFile): Promise<Looked> {
    const { openAws } = await import('../aws/open.js');
    const { findAccount, readFacts } = await import('../workflows/explain.js');
    const { requireOrganization } = await import('../workflows/plan.js');
    const { clock } = this.context;
    this.progress.begin('opening');
    const aws = await openAws(this.awsSettings, 1, clock);
    try {
      const { organization } = await aws.reader.open();
      requireOrganization(policyFile, organization);
      const account = await findAccount(aws.reader, this.account);
      const { managementAccount } = organization;
      const today = clock.now();
      const read = await readFacts(aws.reader, account, policyFile.policy, managementAccount, today);
      this.progress.end();
      return { ...read, managementAccount, today };
    } finally {
      aws.close();
    }
  }

  /** As a plan saw it, at its time. */
  private async lookUp(path: string, { sha256, policy }: PolicyFile): Promise<Looked> {
    const { readEnvelope } = await import('../runs/inputs.js');
    const { parseSweep } = await import('../files/plan/plan.js');
    const { body } = await readEnvelope(path, this.context);
    const plan = parseSweep(body, path);
    const found = plan.accounts.filter(
      (entry) => entry.id === this.account || (entry.decision !== 'clean' && entry.name === this.account),
    );
    const entry = found.find(({ id }) => id === this.account) ?? found[0];
    if (entry === undefined) {
      throw new RootsweepError('ACCOUNT_NOT_FOUND', `the plan "${path}" has no account "${this.account}"`, {
        hint: 'pass the account id: a plan does not name accounts that hold nothing',
      });
    }
    if (entry.id !== this.account && found.length > 1) {
      throw new RootsweepError(
        'ACCOUNT_AMBIGUOUS',
        `${found.length} accounts of the plan "${path}" are called "${this.account}": ${found.map(({ id }) => id).join(', ')}`,
        { hint: 'pass the id of the one that you mean' },
      );
    }
    if (entry.decision === 'clean') {
      throw new RootsweepError(
        'ACCOUNT_NOT_FOUND',
        `the plan "${path}" holds of account "${entry.id}" only that it is clean, and not what rules compare`,
        {
          hint: `to read it from AWS, run: ${commandLine('rootsweep', 'explain', entry.id, ['--policy', this.policy])}`,
        },
      );
    }
    const { recallFacts } = await import('../core/plan/guard.js');
    const isOther = plan.policy.sha256 !== sha256;
    this.tell([
      [
        `As "${path}" saw the account at ${plan.created}${isOther ? '; the plan was made with another policy than this' : ''}. Signatures were not checked.`,
      ],
    ]);
    return {
      facts: recallFacts(entry, !isOther),
      // Tags that the plan's policy did not ask for, nobody has read.
      unreadable:
        entry.tags === undefined &&
        [...policy.exclude, ...policy.include].some(({ selector }) => selector.tags !== undefined)
          ? [{ what: 'tags', reason: 'the plan does not hold them' }]
          : [],
      managementAccount: plan.managementAccount,
      today: new Date(plan.created),
    };
  }
}
