import { Command, Option } from 'clipanion';
import type { AnyPlan, RemedyPlan } from '../core/remedy.js';
import type { Review } from '../core/review.js';
import { RootsweepError } from '../errors.js';
import { parseInteger, RootsweepCommand } from './command.js';
import { chooseFormat } from './format.js';
import { withTrust } from './trust-options.js';

const FORMATS = ['text', 'json', 'markdown', 'html', 'csv', 'sarif'] as const;
type Format = (typeof FORMATS)[number];

export class ShowCommand extends withTrust(RootsweepCommand, 'The trust file') {
  static override paths = [['show']];
  static override choices = { '--format': FORMATS, '--limit': ['comment', 'step-summary', 'none'] };
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Show a plan; its signatures are checked where a trust file is given',
    details: `
      text is for the terminal, markdown for a pull request, html for a browser, csv for a spreadsheet, sarif for code
      scanning, json for programs. Only markdown leaves anything out, where there is no room for it, and says what.
      A plan of remedies is shown as text, markdown or json.
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
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  format = Option.String('--format', { description: 'text, json, markdown, html, csv or sarif' });
  limit = Option.String('--limit', {
    description:
      'Of markdown: comment (the default: what GitHub takes), step-summary, none, or a number of bytes',
  });

  protected async run(): Promise<number> {
    const format = this.chooseFormat();
    const limit = await this.chooseLimit(format);
    const { readEnvelope, verifyTrust } = await import('./inputs.js');
    const { parseAnyPlan } = await import('../files/plan.js');
    const { digestBody } = await import('../core/envelope.js');
    const envelope = await readEnvelope(this.resolvePath(this.plan), this.plan);
    const trust = this.trustIfNamed;
    const verified =
      trust === undefined
        ? undefined
        : await verifyTrust(
            envelope,
            this.plan,
            trust,
            this.resolvePath,
            this.context,
            this.context.clock.now(),
          );
    const plan = parseAnyPlan(envelope.body, this.plan);
    const facts = {
      digest: digestBody(envelope.body),
      ...(verified === undefined ? {} : { signers: verified.signers }),
    };
    if ('remedy' in plan) await this.showRemedies({ plan, ...facts }, format, limit);
    else await this.showReview({ plan, ...facts }, format, limit, envelope.body);
    return 0;
  }

  private async showRemedies(review: Review<RemedyPlan>, format: Format, limit: number): Promise<void> {
    switch (format) {
      case 'text': {
        const { renderRemedyReview } = await import('../views/remedy-text.js');
        this.print(renderRemedyReview(review));
        return;
      }
      case 'json':
        this.printReview('remedy-plan', review);
        return;
      case 'markdown': {
        const { renderRemedyMarkdown } = await import('../views/remedy-markdown.js');
        this.context.stdout.write(renderRemedyMarkdown(review, limit));
        return;
      }
      case 'html':
      case 'csv':
      case 'sarif':
        throw new RootsweepError(
          'USAGE',
          `--format ${format} is for plans that delete, and "${this.plan}" is a plan of remedies`,
          { hint: 'pass --format text, markdown or json' },
        );
    }
  }

  private printReview(type: string, { plan, digest, signers }: Review<AnyPlan>): void {
    this.printJson(type, { digest, signers: signers ?? null, plan });
  }

  private async showReview(review: Review, format: Format, limit: number, body: Buffer): Promise<void> {
    const { stdout } = this.context;
    switch (format) {
      case 'text': {
        const { renderReview } = await import('../views/plan-text.js');
        this.print(renderReview(review));
        return;
      }
      case 'json':
        this.printReview('plan', review);
        return;
      case 'markdown': {
        const { renderPlanMarkdown } = await import('../views/plan-markdown.js');
        stdout.write(renderPlanMarkdown(review, limit));
        return;
      }
      case 'html': {
        const { renderPlanHtml } = await import('../views/plan-html.js');
        const { readPageScript, readPageStyle } = await import('../files/page-assets.js');
        const assets = { style: await readPageStyle(), script: await readPageScript() };
        stdout.write(renderPlanHtml(review, assets));
        return;
      }
      case 'csv': {
        const { renderPlanCsv } = await import('../views/plan-csv.js');
        stdout.write(renderPlanCsv(review.plan));
        return;
      }
      case 'sarif': {
        const { renderPlanSarif } = await import('../views/plan-sarif.js');
        stdout.write(renderPlanSarif(review.plan, body, this.plan));
      }
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
    const { MARKDOWN_LIMITS } = await import('../views/plan-markdown.js');
    const named = this.limit ?? 'comment';
    if (named === 'none') return Number.POSITIVE_INFINITY;
    if (named === 'comment' || named === 'step-summary') return MARKDOWN_LIMITS[named];
    return parseInteger('--limit', named, 4_000, 999_999_999);
  }
}
