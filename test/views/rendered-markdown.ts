/** Markdown as GitHub's flavour is rendered, HTML passed on and links kept whatever they lead to: the worst case. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { listElements, type ParsedElement } from './parsed-html.js';

export function renderMarkdown(markdown: string): ParsedElement[] {
  return listElements(
    micromark(markdown, {
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
    }),
  );
}

/** What rootsweep's own words are made of; anything else was brought in by somebody. */
const OWN = new Set(
  'html head body h2 h3 p strong em code table thead tbody tr th td ul li details summary br'.split(' '),
);

export function findForeign(elements: readonly ParsedElement[]): string[] {
  return elements.flatMap(({ name, attributes }) => {
    const given = Object.keys(attributes).filter(
      (attribute) => !(name === 'details' && attribute === 'open'),
    );
    return OWN.has(name) && given.length === 0 ? [] : [`<${[name, ...given].join(' ')}>`];
  });
}
