/**
 * A plan as SARIF 2.1.0, for code scanning: first what its checks come to, where that is not good, and then its
 * findings, each at the line of the plan file where it stands, so that a pull request shows it there.
 */
import { createHash } from 'node:crypto';
import { makeVisible, stringifyVisibly } from '../../core/base/text.js';
import { listFullEntries } from '../../core/plan/blocker.js';
import { type FindingLines, locateFindings } from '../../core/plan/finding-lines.js';
import type { Finding, FullEntry, Plan } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import type { Verdict } from '../../core/plan/verdict.js';
import { FINDING_CODES, FINDINGS, type Severity } from '../../core/policy/findings.js';
import { describeVerdict } from './verdict-words.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  block: 'error',
  warn: 'warning',
  info: 'note',
};

type VerdictRule = 'plan-refused' | 'plan-signatures-missing' | 'plan-unverified';

/** Verdicts that are results. What blocks a plan are its findings, and what is good raises no alert. */
const VERDICTS: Readonly<
  Record<Verdict['kind'], { readonly rule: VerdictRule; readonly level: 'error' | 'warning' } | undefined>
> = {
  refused: { rule: 'plan-refused', level: 'error' },
  'needs-signatures': { rule: 'plan-signatures-missing', level: 'warning' },
  unverified: { rule: 'plan-unverified', level: 'warning' },
  blocked: undefined,
  good: undefined,
};

const VERDICT_HELP: Readonly<
  Record<VerdictRule, { readonly title: string; readonly meaning: string; readonly fix: string }>
> = {
  'plan-refused': {
    title: 'The plan is refused',
    meaning: 'rootsweep verify refuses the plan, and so does apply.',
    fix: 'Do not apply it. Plan again, and find out where this file comes from.',
  },
  'plan-signatures-missing': {
    title: 'The plan needs more signatures',
    meaning: 'The trust file demands signatures that the plan does not have yet.',
    fix: 'Have the plan signed with rootsweep approve or rootsweep witness.',
  },
  'plan-unverified': {
    title: 'The signatures of the plan were not checked',
    meaning: 'No trust file was found, so nothing is known of who signed the plan.',
    fix: 'Pass --trust FILE to rootsweep show, or set ROOTSWEEP_TRUST.',
  },
};

const VERDICT_RULES = Object.keys(VERDICT_HELP) as readonly VerdictRule[];

/**
 * @param body the bytes of the plan, in which the findings are located.
 * @param file the plan file as the user named it; relative to the top of the repository if GitHub is to show it.
 */
export function renderPlanSarif(review: Review, body: Buffer, file: string): string {
  const { plan, verdict, redacted } = review;
  const { lead, rest } = describeVerdict(verdict);
  const lines = locateFindings(body.toString('utf8'));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: describeTool(plan) },
        automationDetails: { id: `rootsweep/${plan.organization}/` },
        columnKind: 'utf16CodeUnits',
        properties: { verdict: makeVisible(`${lead} ${rest}`), redacted },
        results: [...listVerdict(verdict, toUri(file)), ...listResults(plan, lines, toUri(file))],
      },
    ],
  };
  return `${stringifyVisibly(log)}\n`;
}

function describeTool({ tool }: Plan): object {
  const [name = 'rootsweep', version] = tool.split(' ');
  return {
    name,
    ...(version === undefined ? {} : { semanticVersion: version }),
    rules: [
      ...FINDING_CODES.map((code) => {
        const { title, meaning, fix } = FINDINGS[code];
        return describeRule(code, { title, meaning, fix });
      }),
      ...VERDICT_RULES.map((rule) => describeRule(rule, VERDICT_HELP[rule])),
    ],
  };
}

function describeRule(
  id: string,
  { title, meaning, fix }: { readonly title: string; readonly meaning: string; readonly fix: string },
): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${meaning}` },
    help: { text: `${meaning} ${fix}`, markdown: `${meaning}\n\n**What to do:** ${fix}` },
    properties: { tags: ['security', 'aws', 'root-user'] },
  };
}

function listVerdict(verdict: Verdict, uri: string): object[] {
  const result = VERDICTS[verdict.kind];
  if (result === undefined) return [];
  const { rule, level } = result;
  const { lead, rest, hint } = describeVerdict(verdict);
  const next = hint === undefined ? '' : ` To go on: ${hint}`;
  return [
    {
      ruleId: rule,
      ruleIndex: FINDING_CODES.length + VERDICT_RULES.indexOf(rule),
      level,
      message: { text: inertText(`${lead} ${rest}${next}`) },
      locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }],
      partialFingerprints: { primaryLocationLineHash: fingerprint([rule, rest]) },
    },
  ];
}

function listResults(plan: Plan, lines: FindingLines, uri: string): object[] {
  return [
    ...plan.findings.map((finding, index) => describeResult(finding, undefined, uri, lines.ofPlan[index])),
    ...listFullEntries(plan).flatMap((entry) =>
      entry.findings.map((finding, index) =>
        describeResult(finding, entry, uri, lines.ofAccounts.get(entry.id)?.[index]),
      ),
    ),
  ];
}

function describeResult(
  { code, severity, message }: Finding,
  entry: FullEntry | undefined,
  uri: string,
  line: number | undefined,
): object {
  if (line === undefined) throw new Error(`the plan file has no line for a finding ${code}`);
  const of = entry === undefined ? '' : `Account ${entry.id} (${entry.name}): `;
  return {
    ruleId: code,
    ruleIndex: FINDING_CODES.indexOf(code),
    level: LEVELS[severity],
    message: { text: inertText(`${of}${message}`) },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
    // The only fingerprint that GitHub compares. The line is left out: it moves when another account changes.
    partialFingerprints: { primaryLocationLineHash: fingerprint([code, entry?.id ?? '', message]) },
  };
}

/** SARIF reads `[text](target)` in a message as a link, and `{0}` as an argument (3.11.5, 3.11.6). */
function inertText(text: string): string {
  return makeVisible(text)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}

function fingerprint(parts: readonly string[]): string {
  return `${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}:1`;
}

function toUri(file: string): string {
  const path = file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
