/** HTML as a browser's parser sees it: which elements there are, with which attributes, and what is written in them. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

export interface ParsedElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

type Node = DefaultTreeAdapterTypes.Node;

export function listElements(html: string): ParsedElement[] {
  const found: ParsedElement[] = [];
  const visit = (node: Node) => {
    if ('tagName' in node) {
      found.push({
        name: node.tagName,
        attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
        text: textOf(node),
      });
    }
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  };
  visit(parse(html));
  return found;
}

export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
