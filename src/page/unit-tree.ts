/** The tree of organizational units as nested lists. One unit can be selected. */
import { makeVisible } from '../core/base/text.js';
import { button, element, formatCount, outside } from './dom.js';
import type { UnitNode } from './units.js';

export interface UnitTreeView {
  readonly element: HTMLElement;
  readonly choose: (path: string | undefined) => void;
}

/** @param onChoose undefined means the whole organization. */
export function createUnitTree(
  root: UnitNode,
  total: number,
  onChoose: (path: string | undefined) => void,
): UnitTreeView {
  const buttons = new Map<string | undefined, HTMLButtonElement>();
  const opened = new Map<string, () => void>();

  const chooser = (path: string | undefined, label: Node, counts: readonly Node[]) => {
    const made = button([label, ...counts], { class: 'unit' }, () => onChoose(path));
    buttons.set(path, made);
    return made;
  };

  const item = (unit: UnitNode, depth: number): HTMLElement => {
    const label = unit.path === '/' ? element('span', {}, 'Root') : outside(unit.name);
    const choose = chooser(unit.path, label, describe(unit));
    if (unit.children.length === 0) return element('li', {}, element('span', { class: 'leaf' }), choose);
    const id = `unit-${buttons.size}`;
    const list = element('ul', { id });
    const toggle = button([], { class: 'toggle', 'aria-controls': id }, () => show(list.hidden !== false));
    const show = (open: boolean) => {
      // Children are rendered only when expanded, because organizations can have thousands of units.
      if (open && list.childElementCount === 0)
        list.append(...unit.children.map((it) => item(it, depth + 1)));
      list.hidden = !open;
      toggle.setAttribute('aria-expanded', String(open));
      toggle.setAttribute(
        'aria-label',
        `${open ? 'Close' : 'Open'} ${unit.path === '/' ? 'the root' : makeVisible(unit.name)}`,
      );
    };
    opened.set(unit.path, () => show(true));
    show(depth < 1);
    return element('li', {}, toggle, choose, list);
  };

  const whole = chooser(undefined, element('span', {}, 'Whole organization'), [
    element('span', { class: 'count' }, formatCount(total)),
  ]);
  const tree = element(
    'nav',
    { class: 'tree', 'aria-label': 'Organizational units' },
    element('h2', {}, 'Organization'),
    element('ul', {}, element('li', {}, element('span', { class: 'leaf' }), whole), item(root, 0)),
    element(
      'p',
      { class: 'hint' },
      element('span', { class: 'count goes' }, 'n'),
      ' lose credentials, ',
      element('span', { class: 'count stops' }, 'n'),
      ' are blocked or unknown. A plan does not say where its clean accounts are.',
    ),
  );
  const choose = (path: string | undefined) => {
    // Expand all units above it, so that it is rendered.
    const names = (path ?? '').split('/').filter(Boolean);
    opened.get('/')?.();
    for (const [index] of names.entries()) {
      if (index < names.length - 1) opened.get(`/${names.slice(0, index + 1).join('/')}`)?.();
    }
    for (const [of, made] of buttons) {
      if (of === path) made.setAttribute('aria-current', 'true');
      else made.removeAttribute('aria-current');
    }
  };
  choose(undefined);
  return { element: tree, choose };
}

function describe({ accounts, deletes, blocked }: UnitNode): Node[] {
  const part = (count: number, className: string, words: string) =>
    count === 0
      ? []
      : [
          element(
            'span',
            { class: `count ${className}` },
            formatCount(count),
            element('span', { class: 'unseen' }, ` ${words}`),
          ),
        ];
  return [
    ...part(blocked, 'stops', 'blocked or unknown, '),
    ...part(deletes, 'goes', 'to lose credentials, '),
    element(
      'span',
      { class: 'count' },
      formatCount(accounts),
      element('span', { class: 'unseen' }, ' accounts'),
    ),
  ];
}
