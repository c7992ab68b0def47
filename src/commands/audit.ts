import { Command, Option } from 'clipanion';
import { AccountsCommand } from './command.js';

export class AuditCommand extends AccountsCommand {
  static override paths = [['audit']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show what root credentials exist in every member account; changes nothing',
    examples: [
      ['A table', 'rootsweep audit'],
      ['One JSON object for each account', 'rootsweep audit --json'],
    ],
  });

  deep = Option.Boolean('--deep', false, {
    description: 'List all four kinds even where the summary reports none',
  });

  protected async run(): Promise<number> {
    const { EXIT } = await import('../errors.js');
    const { openAws } = await import('../aws/open.js');
    const { surveyOrganization } = await import('../workflows/survey.js');
    const { renderAudit } = await import('../views/audit-text.js');
    const { SurveyProgress } = await import('../views/progress.js');
    const { clock } = this.context;
    const aws = await openAws(this.awsSettings, this.parallel, clock);
    try {
      const accounts = aws.reader.accounts();
      const { organization } = await aws.reader.open();
      const progress = new SurveyProgress((line) => this.tell([line]), clock);
      const survey = await surveyOrganization(aws.reader, aws.rootAccess(organization.partition), {
        accounts,
        policy: { include: [], exclude: [] },
        organization,
        today: clock.now(),
        concurrency: this.parallel,
        deep: this.deep,
        allPaths: true,
        stop: this.context.stop,
        onEvent: (event) => progress.show(event),
      });
      if (this.json) {
        for (const { facts, scope, observation } of survey.accounts) {
          this.printJson('account', { ...facts.account, ou: facts.unitPath, scope: scope.kind, observation });
        }
      } else {
        this.print(renderAudit(survey, organization.id));
        const { firstStep } = await import('./first-step.js');
        this.tellNext(await firstStep(this.resolvePath));
      }
      const unknown = survey.accounts.some(
        ({ scope, observation }) => scope.kind === 'undecidable' || observation?.kind === 'unknown',
      );
      return unknown ? EXIT.partial : EXIT.done;
    } finally {
      aws.close();
    }
  }
}
