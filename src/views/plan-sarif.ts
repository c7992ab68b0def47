/**
 * The findings of a plan as SARIF 2.1.0, for code scanning: each at the line of the plan file where it stands, so
 * that a pull request shows it there.
 */
import { createHash } from 'node:crypto';
import { listFullEntries } from '../core/blocker.js';
import { FINDING_HELP } from '../core/finding-help.js';
import { type FindingLines, locateFindings } from '../core/finding-lines.js';
import type { Finding, FullEntry, Plan } from '../core/plan.js';
import { FINDING_CODES, type Severity } from '../core/policy.js';
import { makeVisible, stringifyVisibly } from '../core/text.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  block: 'error',
  warn: 'warning',
  info: 'note',
};

/**
 * @param body the bytes of the plan, in which the findings are located.
 * @param file the plan file as the user named it; relative to the top of the repository if GitHub is to show it.
 */
export function renderPlanSarif(plan: Plan, body: Buffer, file: string): string {
  const lines = locateFindings(body.toString('utf8'));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: describeTool(plan) },
        automationDetails: { id: `rootsweep/${plan.organization}/` },
        columnKind: 'utf16CodeUnits',
        results: listResults(plan, lines, toUri(file)),
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
    rules: FINDING_CODES.map((code) => {
      const { title, meaning, remedy } = FINDING_HELP[code];
      return {
        id: code,
        shortDescription: { text: title },
        fullDescription: { text: `${title}. ${meaning}` },
        help: { text: `${meaning} ${remedy}`, markdown: `${meaning}\n\n**What to do:** ${remedy}` },
        properties: { tags: ['security', 'aws', 'root-user'] },
      };
    }),
  };
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
