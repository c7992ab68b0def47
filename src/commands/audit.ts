import { Command, Option } from 'clipanion';
import { AUDIT_FORMATS } from '../runs/audit-formats.js';
import { AccountsCommand, REDACT } from './command.js';
import { formatFlag, listWords } from './format.js';

const FORMAT = formatFlag(AUDIT_FORMATS, {
  example: 'rootsweep audit --format html',
  describe: ([usual, ...reports]) => `${usual}, or for a report ${listWords(reports)}`,
});

export class AuditCommand extends AccountsCommand {
  static override paths = [['audit']];
  static override choices = { '--format': FORMAT.formats };
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

  format = FORMAT.option();
  redact = Option.Boolean('--redact', false, { description: REDACT });
  deep = Option.Boolean('--deep', false, {
    description: 'List all four kinds even where the summary reports none',
  });

  protected override readonly interrupted = 'interrupted; nothing was written';

  protected async run(): Promise<number> {
    const format = this.format === undefined && this.json ? 'lines' : FORMAT.choose(this);
    const { runAudit } = await import('../runs/audit.js');
    return runAudit(this, format, this);
  }
}
