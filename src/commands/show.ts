import { Command, Option } from 'clipanion';
import { unreachable } from '../core/base/unreachable.js';
import type { Review } from '../core/plan/review.js';
import { RootsweepError } from '../errors.js';
import { parseInteger } from '../runs/integer.js';
import { REDACT, RootsweepCommand } from './command.js';
import { chooseFormat } from './format.js';
import { withTrust } from './trust-options.js';

const FORMATS = ['text', 'json', 'markdown', 'html', 'csv', 'sarif'] as const;
type Format = (typeof FORMATS)[number];

export class ShowCommand extends withTrust(RootsweepCommand) {
  static override paths = [['show']];
  static override choices = { '--format': FORMATS, '--limit': ['comment', 'step-summary', 'none'] };
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
  format = Option.String('--format', { description: 'text, json, markdown, html, csv or sarif' });
  limit = Option.String('--limit', {
    description:
      'Of markdown: comment (the default: what GitHub takes), step-summary, none, or a number of bytes',
  });
  policy = Option.String('--policy', { description: 'Check the plan against this policy file, too' });
  redact = Option.Boolean('--redact', false, { description: REDACT });

  protected async run(): Promise<number> {
    const format = this.chooseFormat();
    const limit = await this.chooseLimit(format);
    const { openJudgedPlan } = await import('../runs/judged-plan.js');
    const { createRedact, knownOfPlan } = await import('../core/cli/redact.js');
    const { listDenials } = await import('../views/plan/unlock-words.js');
    if (this.redact) this.mask = createRedact();
    const { plan: path, trust, confirmTrust, policy, redact: redacted } = this;
    const files = { plan: path, trust, confirmTrust, policy };
    const judged = await openJudgedPlan(files, this.context);
    const { plan, digest, body, verdict } = judged;
    if (redacted) this.mask = createRedact(knownOfPlan(plan));
    // Of the policies as they are: with names masked, they may mean something else.
    const denials = listDenials(plan);
    const review = { ...this.mask({ verdict, plan, denials }), digest, redacted };
    await this.showReview(review, format, limit, body);
    return 0;
  }

  private async showReview(review: Review, format: Format, limit: number, body: Buffer): Promise<void> {
    const { stdout } = this.context;
    switch (format) {
      case 'text': {
        const { renderReview } = await import('../views/plan/plan-text.js');
        this.print(renderReview(review));
        return;
      }
      case 'json':
        this.printJson('plan', {
          verdict: review.verdict,
          redacted: review.redacted,
          digest: review.digest,
          plan: review.plan,
        });
        return;
      case 'markdown': {
        const { renderPlanMarkdown } = await import('../views/plan/plan-markdown.js');
        stdout.write(renderPlanMarkdown(review, limit));
        return;
      }
      case 'html': {
        const { renderPlanHtml } = await import('../views/plan/plan-html.js');
        const { readPageScript, readPageStyle } = await import('../files/io/page-assets.js');
        const assets = { style: await readPageStyle(), script: await readPageScript() };
        stdout.write(renderPlanHtml(review, assets));
        return;
      }
      case 'csv': {
        const { renderPlanCsv } = await import('../views/plan/plan-csv.js');
        stdout.write(renderPlanCsv(review));
        return;
      }
      case 'sarif': {
        const { renderPlanSarif } = await import('../views/plan/plan-sarif.js');
        stdout.write(renderPlanSarif(review, body, this.plan));
        return;
      }
      default:
        unreachable(format);
    }
  }

  private chooseFormat(): Format {
    const { format: named, json } = this;
    const example = 'rootsweep show PLAN --format markdown';
    const format = chooseFormat({ formats: FORMATS, named, usual: 'text', json, example });
    // The same to the end, errors included.
    this.json ||= format === 'json';
    return format;
  }

  private async chooseLimit(format: Format): Promise<number> {
    if (this.limit !== undefined && format !== 'markdown') {
      throw new RootsweepError('USAGE', `--limit is for --format markdown, and the format is ${format}`, {
        hint: 'leave it out: only markdown leaves anything out',
      });
    }
    const { MARKDOWN_LIMITS } = await import('../views/plan/plan-markdown.js');
    const named = this.limit ?? 'comment';
    if (named === 'none') return Number.POSITIVE_INFINITY;
    if (named === 'comment' || named === 'step-summary') return MARKDOWN_LIMITS[named];
    return parseInteger('--limit', named, 4_000, 999_999_999);
  }
}
