/** An account of a plan as a row of a Markdown table, in full or in short. */
import { credentialOf, isDeleteAction, nameTarget } from '../../core/action/action.js';
import { countKinds, describeUse, nameCredential } from '../../core/action/credentials.js';
import type { FullEntry } from '../../core/plan/plan.js';
import { countPresent } from '../format/counts.js';
import type { Line } from '../format/lines.js';
import { code } from '../format/markdown.js';
import { explainUnknown } from './unknown-text.js';

export type Detail = 'full' | 'short';

export const DETAIL_COLUMNS = ['account', 'decision', 'root credentials', 'why'] as const;

const BREAK = '<br>';

export function renderRow(entry: FullEntry, detail: Detail): Line {
  const cells = [
    `${code(entry.id)} ${code(entry.name)}`,
    entry.decision === 'delete' ? '**delete**' : entry.decision,
    ...(detail === 'full'
      ? [listCredentials(entry), listReasons(entry)]
      : [countCredentials(entry), countFindings(entry)]),
  ];
  return [`| ${cells.join(' | ')} |`];
}

function listCredentials({ observed, actions }: FullEntry): string {
  if (observed === undefined) return 'not looked at';
  if (observed.kind === 'unknown') return `not known: ${observed.cause}`;
  const doomed = new Map(actions.filter(isDeleteAction).map((action) => [nameTarget(action), action.by]));
  return observed.credentials
    .map((credential) => {
      const name = nameCredential(credential);
      const by = doomed.get(name);
      const why = by === undefined ? '' : ` by ${code(by)}`;
      return `${doomed.has(name) ? '**delete** ' : ''}${code(name)} ${code(describeUse(credential))}${why}`;
    })
    .join(BREAK);
}

function listReasons({ rule, reason, until, findings, observed }: FullEntry): string {
  const why = [code(rule), ...(reason === undefined ? [] : [code(reason)])].join(': ');
  return [
    `${why}${until === undefined ? '' : `, until ${code(until)}`}`,
    ...findings.map((finding) => `${finding.severity} ${finding.code}: ${code(finding.message)}`),
    ...(observed?.kind === 'unknown' ? [`what helps: ${code(explainUnknown(observed.cause))}`] : []),
  ].join(BREAK);
}

function countCredentials({ observed, actions }: FullEntry): string {
  if (observed === undefined) return 'not looked at';
  if (observed.kind === 'unknown') return 'not known';
  if (actions.length > 0)
    return `delete ${countPresent(countKinds(actions.filter(isDeleteAction).map(credentialOf)))}`;
  return `holds ${countPresent(countKinds(observed.credentials))}`;
}

function countFindings({ findings }: FullEntry): string {
  const counts = new Map<string, number>();
  for (const { code: name } of findings) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count})`)).join(', ');
}
