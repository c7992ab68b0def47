/**
 * A plan for a browser. The verdict and the blocking findings are plain HTML, so that they are shown without scripts and
 * in print. The script draws the organization and its accounts from the plan embedded in the page.
 */
import { type Blocker, listBlockers } from '../../core/plan/blocker.js';
import type { Plan } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { countCredentials } from '../format/counts.js';
import { escapeHtml } from '../format/html.js';
import { type PageAssets, renderPage } from '../format/page.js';
import { countSeverities, describeLeft, headline } from './plan-words.js';
import { describeVerdict, REDACTED } from './verdict-words.js';

/** A longer list of blocking findings is collapsed. */
const OPEN_BLOCKERS = 20;

export function renderPlanHtml(review: Review, assets: PageAssets): string {
  const { plan, digest, verdict, redacted } = review;
  const { organization, policy, totals } = plan;
  const { lead, rest, hint } = describeVerdict(verdict);
  const more = [hint === undefined ? '' : `To go on: ${hint}`, describeLeft(plan), redacted ? REDACTED : ''];
  const facts: readonly (readonly [string, string])[] = [
    ['Digest', `<span class="digest">sha256:${escapeHtml(digest)}</span>`],
    ['Deletes', escapeHtml(countCredentials(totals.deletions))],
    ['Findings', countSeverities(totals)],
    ...(plan.notBefore === undefined
      ? []
      : [['Good from', `${escapeHtml(plan.notBefore)} after its last required signature`] as const]),
    ['Good until', escapeHtml(plan.expires)],
    ['Organization', escapeHtml(organization)],
    [
      'Policy',
      `${escapeHtml(policy.path)}${policy.commit === undefined ? '' : `, commit ${escapeHtml(policy.commit)}`}`,
    ],
    ['Planned', `${escapeHtml(plan.created)} by ${escapeHtml(plan.plannedBy)}`],
  ];
  const body = [
    '<a class="skip" href="#content">Skip to the accounts</a>',
    '<header>',
    `<strong class="verdict ${verdict.kind}">${escapeHtml(`${lead} ${rest}`)}</strong>`,
    ...more.filter(Boolean).map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    `<h1>${escapeHtml(headline(plan, verdict))}</h1>`,
    `<dl class="facts">${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}</dl>`,
    ...renderFindings(plan),
    '</header>',
    '<main id="content" tabindex="-1">',
    // The script replaces this.
    '<p>The accounts are drawn by a script, which does not run here. What blocks is above; the rest is in the plan file.</p>',
    '</main>',
    `<footer>${escapeHtml(plan.tool)}, plan ${escapeHtml(plan.id)}. This file calls nobody. It shows a plan; only "rootsweep verify" says whether it may be applied.</footer>`,
  ];
  const title = `rootsweep plan for ${organization}`;
  return renderPage(verdict.kind === 'refused' ? `REFUSED: ${title}` : title, body, assets, plan);
}

function renderFindings(plan: Plan): string[] {
  const blockers = listBlockers(plan);
  const remarks = plan.findings
    .filter(({ severity }) => severity !== 'block')
    .map((finding) => ({ finding }));
  return [
    ...renderList(plan.applicable ? 'What blocks its account' : 'What blocks', blockers),
    ...renderList('About the policy', remarks),
  ];
}

function renderList(title: string, items: readonly Blocker[]): string[] {
  if (items.length === 0) return [];
  const open = items.length <= OPEN_BLOCKERS ? ' open' : '';
  return [
    `<details class="blockers"${open}><summary>${title}: ${items.length}</summary>`,
    '<ul>',
    ...items.map(({ entry, finding }) => {
      const of =
        entry === undefined
          ? ''
          : `<a href="#account/${entry.id}">${entry.id}</a> <bdi>${escapeHtml(entry.name)}</bdi>: `;
      return `<li>${of}<code>${finding.code}</code>: <bdi>${escapeHtml(finding.message)}</bdi></li>`;
    }),
    '</ul>',
    '</details>',
  ];
}
