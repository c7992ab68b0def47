/** Templates for notices: Markdown with placeholders such as `{{account}}`. */

import { suggest } from '../../core/base/suggest.js';
import { PLACEHOLDERS, type Placeholder, type Template, type TemplateLine } from '../../core/plan/notice.js';
import { invalidFile, type Problem, quote } from '../yaml/problem.js';

/** Every notice must name the account and the credentials. */
const NEEDED = ['account', 'credentials'] as const satisfies readonly Placeholder[];

/** The template used if the user gives none. */
export const DEFAULT_TEMPLATE = `# The root credentials of AWS account {{account}} {{name}} are to be deleted

These credentials of the account's root user stand in a signed plan, and go {{when}}:

{{credentials}}

Afterwards nobody signs in to this account as its root user, and no program works with its root access keys. A deleted
access key or certificate cannot be brought back. IAM users and roles of the account stay as they are.

If something still needs one of these credentials, say so before they go: answer whoever sent you this, and name the
account.

The account: {{account}} {{name}}, {{email}}, in {{ou}} of organization {{organization}}. The plan: {{plan}}, digest
{{digest}}.
`;

/**
 * @param fileName used in the messages.
 * @throws RootsweepError TEMPLATE_INVALID with a line `file:line:column: sentence` for each problem.
 */
export function parseTemplate(text: string, fileName: string): Template {
  const problems: Problem[] = [];
  const used = new Set<Placeholder>();
  const lines = text
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', '    ')
    .trimEnd()
    .split('\n')
    .map((line, index) =>
      parseLine(line, (column, sentence) => problems.push({ line: index + 1, column, sentence }), used),
    );
  if (text.split('\n')[0]?.trim() === '') {
    problems.push({ line: 1, column: 1, sentence: 'the first line is empty; it is the subject of the mail' });
  }
  for (const name of NEEDED) {
    if (used.has(name) || problems.length > 0) continue;
    const sentence = `the template never says {{${name}}}; an owner must learn it, so write it somewhere`;
    problems.push({ line: 1, column: 1, sentence });
  }
  const block = lines.findIndex((line) => line.length > 1 && line.some(isCredentials));
  if (block >= 0) {
    const sentence = '{{credentials}} becomes a list; give it a line of its own';
    problems.push({ line: block + 1, column: 1, sentence });
  }
  if (problems.length > 0) throw invalidFile('TEMPLATE_INVALID', fileName, problems);
  return { lines };
}

function parseLine(
  line: string,
  report: (column: number, sentence: string) => void,
  used: Set<Placeholder>,
): TemplateLine {
  const parts: TemplateLine[number][] = [];
  let end = 0;
  for (const { 0: whole, 1: inner = '', index } of line.matchAll(/\{\{([^{}]*)\}\}/g)) {
    if (index > end) parts.push({ kind: 'text', text: line.slice(end, index) });
    end = index + whole.length;
    const name = PLACEHOLDERS.find((it) => it === inner.trim());
    if (name === undefined) {
      const meant = suggest(inner.trim(), PLACEHOLDERS);
      const known =
        meant === undefined ? `known are ${PLACEHOLDERS.join(', ')}` : `did you mean {{${meant}}}?`;
      report(index + 1, `nothing is called ${quote(whole)}; ${known}`);
    } else {
      used.add(name);
      parts.push({ kind: 'placeholder', name });
    }
  }
  if (end < line.length) parts.push({ kind: 'text', text: line.slice(end) });
  return parts;
}

function isCredentials(part: TemplateLine[number]): boolean {
  return part.kind === 'placeholder' && part.name === 'credentials';
}
