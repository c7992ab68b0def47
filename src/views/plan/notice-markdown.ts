/** A notice as Markdown: the template with values that cannot be markup. */
import type { Notice, Placeholder, Template, TemplateLine } from '../../core/plan/notice.js';
import type { Line } from '../format/lines.js';
import { code } from '../format/markdown.js';

export function renderNoticeMarkdown(notice: Notice, { lines }: Template): Line[] {
  return lines.flatMap((line): Line[] => {
    const [first] = line;
    if (first?.kind === 'placeholder' && first.name === 'credentials') return listGoing(notice);
    return [renderLine(line, notice)];
  });
}

/** The first line of the template as plain text, without heading and code marks. */
export function renderNoticeSubject(notice: Notice, { lines: [first = []] }: Template): string {
  return renderLine(first, notice)
    .join('')
    .replace(/^#+\s*/, '')
    .replaceAll('`', '');
}

function renderLine(line: TemplateLine, notice: Notice): string[] {
  return line.map((part) => (part.kind === 'text' ? part.text : renderValue(part.name, notice)));
}

function renderValue(name: Placeholder, notice: Notice): string {
  switch (name) {
    case 'credentials':
      throw new Error('the list of credentials stands on a line of its own');
    case 'when':
      return describeWhen(notice);
    case 'digest':
      return code(`sha256:${notice.digest}`);
    default:
      return code(notice[name]);
  }
}

/** `at any time until …`, or `at any time from … after the plan is approved until …`. */
function describeWhen({ notBefore, expires }: Notice): string {
  return `at any time${notBefore === undefined ? '' : ` from ${code(notBefore)} after the plan is approved`} until ${code(expires)}`;
}

function listGoing({ going }: Notice): Line[] {
  return going.map(({ name, use, by }) => [
    `- ${code(name)}: ${code(use)}${by === undefined ? '' : `; goes by ${code(by)}`}`,
  ]);
}
