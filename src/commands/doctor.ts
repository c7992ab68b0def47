import { Command, Option } from 'clipanion';
import type { PrerequisiteFinding, PrerequisiteVerdict } from '../core/doctor/prerequisite.js';
import { RootsweepError } from '../errors.js';
import { AwsCommand } from './command.js';

export class DoctorCommand extends AwsCommand {
  static override paths = [['doctor']];
  static override usage = Command.Usage({
    category: 'Get started',
    description: 'Check everything that must be true before a plan can succeed, and say how to mend it',
    details: `
      Changes nothing: root sessions are opened in one account, for auditing and for deleting, and only read from. What
      could not be looked at is told as unknown, and never as fine.

      Exit code 0: nothing stops a plan; 3: something does; 1: something that may could not be looked at.
    `,
    examples: [
      ['Everything', 'rootsweep doctor'],
      ['Root sessions in this account', 'rootsweep doctor --account 111122223333'],
      ['Before an account has lost its access', 'rootsweep doctor --recovery'],
    ],
  });

  account = Option.String('--account', {
    description: 'The account to try root sessions on; else the first active member account',
  });

  recovery = Option.Boolean('--recovery', false, {
    description: 'Try root sessions for "recover" and "unlock", too',
  });

  protected async run(): Promise<number> {
    const { judgeFindings, PREREQUISITES } = await import('../core/doctor/prerequisite.js');
    const { examine } = await import('../workflows/doctor.js');
    const { openAws } = await import('../aws/open.js');
    const { findCredentials, findRegion } = await import('../aws/required-settings.js');
    const { renderFinding, renderDoctorVerdict: renderVerdict } = await import(
      '../views/audit/doctor-text.js'
    );
    const { clock, stop } = this.context;
    if (this.account !== undefined && !/^\d{12}$/.test(this.account)) {
      throw new RootsweepError(
        'USAGE',
        `--account takes an account id of twelve digits, not "${this.account}"`,
        {
          hint: 'for example: rootsweep doctor --account 111122223333',
        },
      );
    }
    const settings = this.awsSettings;
    const findings: PrerequisiteFinding[] = [];
    let close = () => {};
    try {
      const examined = examine({
        region: () => findRegion(settings),
        credentials: () => findCredentials(settings),
        open: async () => {
          const aws = await openAws(settings, 1, clock);
          close = aws.close;
          return aws;
        },
        ...(this.account !== undefined && { account: this.account }),
        recovery: this.recovery,
        stop,
      });
      this.progress.begin('checking', PREREQUISITES.length);
      // Each is told when it is known: listing a large organization takes a while.
      for await (const finding of examined) {
        findings.push(finding);
        this.progress.show({ type: 'step-ended' });
        if (this.json) this.printJson('prerequisite', { name: finding.prerequisite, ...finding.outcome });
        else if (!this.quiet || finding.outcome.kind !== 'fine') this.print(renderFinding(finding));
      }
    } finally {
      this.progress.end();
      close();
    }
    const verdict = judgeFindings(findings);
    if (this.json) {
      this.printJson('doctor', verdict);
      return verdict.exitCode;
    }
    this.print(renderVerdict(verdict));
    this.tell([[], [`Next: ${await this.nextStep(findings, verdict)}`]]);
    return verdict.exitCode;
  }

  private async nextStep(
    findings: readonly PrerequisiteFinding[],
    { exitCode }: PrerequisiteVerdict,
  ): Promise<string> {
    if (exitCode !== 0) {
      const mends = findings.some(
        ({ outcome }) =>
          outcome.kind === 'fault' && outcome.stops.includes('plan') && outcome.fix.run !== undefined,
      );
      return `${mends ? 'run the commands above' : 'do what is said above'}, then run: rootsweep doctor`;
    }
    const { firstStep } = await import('../runs/first-step.js');
    return firstStep(this.resolvePath);
  }
}
