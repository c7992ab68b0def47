import { Command, Option } from 'clipanion';
import { unreachable } from '../core/base/unreachable.js';
import type { ShownReport } from '../views/audit/audit-csv.js';
import { AccountsCommand, REDACT } from './command.js';
import { chooseFormat } from './format.js';

const FORMATS = ['text', 'json', 'csv', 'html'] as const;
type Format = (typeof FORMATS)[number];

export class AuditCommand extends AccountsCommand {
  static override paths = [['audit']];
  static override choices = { '--format': FORMATS };
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show what root credentials exist in every member account; changes nothing',
    details: `
      json, csv and html are reports to be filed: every account with what it holds, and what that means for the controls
      that auditors ask for. --json prints one object for each account, as everywhere.
    `,
    examples: [
      ['A table', 'rootsweep audit'],
      ['One JSON object for each account', 'rootsweep audit --json'],
      ['A report to be filed, before and after', 'rootsweep audit --format html > before.html'],
    ],
  });

  format = Option.String('--format', { description: 'text, or for a report json, csv or html' });
  redact = Option.Boolean('--redact', false, { description: REDACT });
  deep = Option.Boolean('--deep', false, {
    description: 'List all four kinds even where the summary reports none',
  });

  protected override get interrupted(): string {
    return 'interrupted; nothing was written';
  }

  protected async run(): Promise<number> {
    const format = this.chooseFormat();
    const { EXIT } = await import('../errors.js');
    const { openAws } = await import('../aws/open.js');
    const { surveyOrganization } = await import('../workflows/survey.js');
    const { createRedact, knownOfAccounts } = await import('../core/cli/redact.js');
    const { clock } = this.context;
    if (this.redact) this.mask = createRedact();
    this.progress.begin('opening');
    const aws = await openAws(this.awsSettings, this.parallel, clock);
    try {
      const accounts = aws.reader.accounts();
      const opened = await aws.reader.open();
      const { organization } = opened;
      this.progress.begin('auditing');
      const survey = await surveyOrganization(aws.reader, aws.rootAccess(organization.partition), {
        accounts,
        policy: { include: [], exclude: [] },
        organization,
        today: clock.now(),
        concurrency: this.parallel,
        deep: this.deep,
        allPaths: true,
        stop: this.context.stop,
        onEvent: (event) => this.progress.show(this.mask(event)),
      });
      this.progress.end();
      if (this.redact) {
        const seen = survey.accounts.map(({ facts: { account }, observation: observed }) => ({
          email: account.email,
          observed,
        }));
        this.mask = createRedact(knownOfAccounts(seen, opened.caller.arn));
      }
      switch (format) {
        case 'lines':
          for (const { facts, scope, observation } of this.mask(survey.accounts)) {
            this.printJson('account', {
              ...facts.account,
              ou: facts.unitPath,
              scope: scope.kind,
              observation,
              ...(this.redact ? { redacted: true } : {}),
            });
          }
          break;
        case 'text': {
          const { renderAudit } = await import('../views/audit/audit-text.js');
          const { REDACTED } = await import('../views/plan/verdict-words.js');
          if (this.redact) this.print([[REDACTED], []]);
          this.print(renderAudit(this.mask(survey), organization.id));
          const { firstStep } = await import('../runs/first-step.js');
          this.tellNext(await firstStep(this.resolvePath));
          break;
        }
        default: {
          const { assembleAuditReport } = await import('../workflows/audit-report.js');
          const report = this.mask(assembleAuditReport(survey, opened, clock.now()));
          await this.printReport({ ...report, redacted: this.redact }, format);
        }
      }
      const unknown = survey.accounts.some(
        ({ scope, observation }) => scope.kind === 'undecidable' || observation?.kind === 'unknown',
      );
      return unknown ? EXIT.partial : EXIT.done;
    } finally {
      aws.close();
    }
  }

  private async printReport(report: ShownReport, format: Exclude<Format, 'text'>): Promise<void> {
    const { stdout } = this.context;
    switch (format) {
      case 'json':
        this.printJson('audit-report', report);
        return;
      case 'csv': {
        const { renderAuditCsv } = await import('../views/audit/audit-csv.js');
        stdout.write(renderAuditCsv(report));
        return;
      }
      case 'html': {
        const { renderAuditHtml } = await import('../views/audit/audit-html.js');
        const { readPageStyle } = await import('../files/io/page-assets.js');
        stdout.write(renderAuditHtml(report, await readPageStyle()));
        return;
      }
      default:
        unreachable(format);
    }
  }

  /** `lines`: one object for each account. */
  private chooseFormat(): Format | 'lines' {
    if (this.format === undefined) return this.json ? 'lines' : 'text';
    const { format: named, json } = this;
    const example = 'rootsweep audit --format html';
    const format = chooseFormat({ formats: FORMATS, named, usual: 'text', json, example });
    // The same to the end, errors included.
    this.json ||= format === 'json';
    return format;
  }
}
