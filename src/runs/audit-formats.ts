/** The formats of `audit`. */

import type { ShownReport } from '../views/audit/audit-csv.js';
import { renderJson } from '../views/format/json.js';
import type { Survey } from '../workflows/survey.js';
import type { Render } from './host.js';

export interface ShownAudit {
  readonly survey: Survey;
  readonly organization: string;
  readonly redacted: boolean;
  /** For the formats that are to be filed. */
  readonly assembleReport: () => ShownReport;
}

export const AUDIT_FORMATS = {
  text: async ({ survey, organization, redacted }) => {
    const { renderAudit } = await import('../views/audit/audit-text.js');
    const { REDACTED } = await import('../views/plan/verdict-words.js');
    return [...(redacted ? [[REDACTED], []] : []), ...renderAudit(survey, organization)];
  },
  json: ({ assembleReport }) => renderJson('audit-report', assembleReport()),
  csv: async ({ assembleReport }) =>
    (await import('../views/audit/audit-csv.js')).renderAuditCsv(assembleReport()),
  html: async ({ assembleReport }) => {
    const { renderAuditHtml } = await import('../views/audit/audit-html.js');
    const { readPageStyle } = await import('../files/io/page-assets.js');
    return renderAuditHtml(assembleReport(), await readPageStyle());
  },
} satisfies Record<string, Render<ShownAudit>>;

/** `lines`: one object for each account, which is what `--json` is everywhere. */
export type AuditFormat = keyof typeof AUDIT_FORMATS | 'lines';
