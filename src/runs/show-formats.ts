/** The formats of `show`. A new one is a row here and a view. */
import type { Review } from '../core/plan/review.js';
import { renderJson } from '../views/format/json.js';
import type { Render } from './host.js';

export interface ShownPlan {
  readonly review: Review;
  /** The signed bytes, and the file that they are in, as the user named it. */
  readonly body: Buffer;
  readonly file: string;
  /** The most bytes of Markdown. */
  readonly limit: number;
}

export const SHOW_FORMATS = {
  text: async ({ review }) => (await import('../views/plan/plan-text.js')).renderReview(review),
  json: ({ review: { verdict, redacted, digest, plan } }) =>
    renderJson('plan', { verdict, redacted, digest, plan }),
  markdown: async ({ review, limit }) =>
    (await import('../views/plan/plan-markdown.js')).renderPlanMarkdown(review, limit),
  html: async ({ review }) => {
    const { renderPlanHtml } = await import('../views/plan/plan-html.js');
    const { readPageScript, readPageStyle } = await import('../files/io/page-assets.js');
    return renderPlanHtml(review, { style: await readPageStyle(), script: await readPageScript() });
  },
  csv: async ({ review }) => (await import('../views/plan/plan-csv.js')).renderPlanCsv(review),
  sarif: async ({ review, body, file }) =>
    (await import('../views/plan/plan-sarif.js')).renderPlanSarif(review, body, file),
} satisfies Record<string, Render<ShownPlan>>;

export type ShowFormat = keyof typeof SHOW_FORMATS;
