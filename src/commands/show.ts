import { Command, Option } from 'clipanion';
import { SHOW_FORMATS } from '../runs/show-formats.js';
import { REDACT, RootsweepCommand, withTrust } from './command.js';
import { formatFlag } from './format.js';

const FORMAT = formatFlag(SHOW_FORMATS, { example: 'rootsweep show PLAN --format markdown' });

export class ShowCommand extends withTrust(RootsweepCommand) {
  static override paths = [['show']];
  static override choices = { '--format': FORMAT.formats, '--limit': ['comment', 'step-summary', 'none'] };
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show a plan: first whether it is signed or refused, then what it would delete',
    details: `
      Shows a plan that "rootsweep verify" refuses, too, and exits with 0: it judges by the trust file as verify does, and
      by the policy with --policy only. Without a trust file it says that the signatures were not checked.

      text is for the terminal, markdown for a pull request, html for a browser, csv for a spreadsheet, sarif for code
      scanning, json for programs. Only markdown leaves anything out, where there is no room for it, and says what.
    `,
    examples: [
      ['For people', 'rootsweep show prod.plan.yaml'],
      ['For a pull request', 'rootsweep show prod.plan.yaml --format markdown'],
      [
        'For the summary of a CI step',
        'rootsweep show prod.plan.yaml --format markdown --limit step-summary',
      ],
      ['For a browser', 'rootsweep show prod.plan.yaml --format html > plan.html'],
      ['For programs', 'rootsweep show prod.plan.yaml --format json'],
      [
        'For readers who need not know addresses and ids',
        'rootsweep show prod.plan.yaml --redact --format markdown',
      ],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  format = FORMAT.option();
  limit = Option.String('--limit', {
    description:
      'Of markdown: comment (the default: what GitHub takes), step-summary, none, or a number of bytes',
  });
  policy = Option.String('--policy', { description: 'Check the plan against this policy file, too' });
  redact = Option.Boolean('--redact', false, { description: REDACT });

  protected async run(): Promise<number> {
    const format = FORMAT.choose(this);
    const { runShow } = await import('../runs/show.js');
    return runShow(this, format, this);
  }
}
