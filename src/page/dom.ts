/** Creates DOM elements. Texts only ever become text nodes, never HTML (promise 12). */
import { makeVisible } from '../core/base/text.js';

type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

/** @param attributes `true` sets an attribute without a value; `false` and undefined omit it. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(name), attributes, children);
}

export function drawing(name: string, attributes: Attributes, ...children: readonly Child[]): Element {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Text from the plan: invisible characters are made visible, and it is isolated from the page's own text. */
export function outside(text: string, className = ''): HTMLElement {
  return element('bdi', { class: className === '' ? undefined : className }, makeVisible(text));
}

/** A path that wraps after slashes only, as long as there is room. */
export function outsidePath(path: string): HTMLElement {
  const parts = makeVisible(path).split('/');
  return element(
    'bdi',
    {},
    ...parts.flatMap((part, index) => (index === parts.length - 1 ? [part] : [`${part}/`, element('wbr')])),
  );
}

function fill<E extends Element>(target: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false)
      target.setAttribute(name, value === true ? '' : String(value));
  }
  target.append(...children.filter((child) => child !== undefined));
  return target;
}

export function button(label: readonly Child[], attributes: Attributes, act: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, ...label);
  made.addEventListener('click', act);
  return made;
}

/** A horizontally scrollable area for wide content; focusable, so that the keyboard can scroll it. */
export function scroller(label: string, content: Node): HTMLElement {
  return element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, content);
}

/** Table cells labelled with their column name, which is shown beside them on narrow screens. */
export function cells(head: readonly string[], contents: readonly (readonly Child[])[]): HTMLElement[] {
  return contents.map((content, index) => element('td', { 'data-label': head[index] ?? '' }, ...content));
}

export function dataTable(
  className: string,
  head: readonly string[],
  body: Node,
  caption?: Node,
): HTMLElement {
  const row = element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)));
  return element('table', { class: className }, caption, element('thead', {}, row), body);
}

/** With thousands separators: `10,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}
