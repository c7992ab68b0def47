/**
 * A plan as SARIF 2.1.0, for code scanning: the verdict unless it is good, then the findings, each with its line in the
 * plan file, where a pull request shows it.
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

interface RuleHelp {
  readonly title: string;
  readonly meaning: string;
  readonly fix: string;
}

/** The rules for verdicts. A blocked plan has results for its findings instead, and a good plan raises no alert. */
const VERDICTS: Readonly<
  Partial<Record<Verdict['kind'], RuleHelp & { readonly rule: string; readonly level: 'error' | 'warning' }>>
> = {
  refused: {
    rule: 'plan-refused',
    level: 'error',
    title: 'The plan is refused',
    meaning: 'rootsweep verify refuses the plan, and so does apply.',
    fix: 'Do not apply it. Plan again, and find out where this file comes from.',
  },
  'needs-signatures': {
    rule: 'plan-signatures-missing',
    level: 'warning',
    title: 'The plan needs more signatures',
    meaning: 'The trust file demands signatures that the plan does not have yet.',
    fix: 'Have the plan signed with rootsweep approve or rootsweep witness.',
  },
  unverified: {
    rule: 'plan-unverified',
    level: 'warning',
    title: 'The signatures of the plan were not checked',
    meaning: 'No trust file was found, so nothing is known of who signed the plan.',
    fix: 'Pass --trust FILE to rootsweep show, or set ROOTSWEEP_TRUST.',
  },
};

/**
 * @param body the bytes of the plan, to locate the findings.
 * @param file the path as the user wrote it. GitHub needs it relative to the top of the repository.
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
      ...FINDING_CODES.map((code) => describeRule(code, FINDINGS[code])),
      ...Object.values(VERDICTS).map((row) => describeRule(row.rule, row)),
    ],
  };
}

function describeRule(id: string, { title, meaning, fix }: RuleHelp): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${meaning}` },
    help: { text: `${meaning} ${fix}`, markdown: `${meaning}\n\n**What to do:** ${fix}` },
    properties: { tags: ['security', 'aws', 'root-user'] },
  };
}

function listVerdict(verdict: Verdict, uri: string): object[] {
  const row = VERDICTS[verdict.kind];
  if (row === undefined) return [];
  const { rule, level } = row;
  const { lead, rest, hint } = describeVerdict(verdict);
  const next = hint === undefined ? '' : ` To go on: ${hint}`;
  return [
    {
      ruleId: rule,
      ruleIndex: FINDING_CODES.length + Object.values(VERDICTS).indexOf(row),
      level,
      message: { text: inertText(`${lead} ${rest}${next}`) },
      ...locate(uri, 1, [rule, rest]),
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
    ...locate(uri, line, [code, entry?.id ?? '', message]),
  };
}

/** SARIF reads `[text](target)` in a message as a link, and `{0}` as an argument (3.11.5, 3.11.6). */
function inertText(text: string): string {
  return makeVisible(text)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}

/** @param identity what identifies a result in later plans. The line does not, because other accounts can move it. */
function locate(uri: string, line: number, identity: readonly string[]): object {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  return {
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
    // The only fingerprint that GitHub compares.
    partialFingerprints: { primaryLocationLineHash: `${hash}:1` },
  };
}

function toUri(file: string): string {
  const path = file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
