/** A chart of the deletions: credentials per kind for each unit directly below the chosen one. */
import { CREDENTIALS, type CredentialKind, SHOWN_KINDS } from '../core/action/credentials.js';
import { capitalize } from '../core/base/text.js';
import { isWithin, type PageAccount, sumKinds } from './accounts.js';
import { button, drawing, element, formatCount, outside, scroller } from './dom.js';

/** The most rows that are still readable. */
const MOST_ROWS = 12;

interface Bar {
  readonly path: string;
  readonly label: string;
  readonly counts: Readonly<Record<CredentialKind, number>>;
  readonly total: number;
}

export function drawPicture(
  accounts: readonly PageAccount[],
  unit: string | undefined,
  onChoose: (path: string) => void,
): HTMLElement {
  const here = unit ?? '/';
  const bars = groupByChild(
    accounts.filter(({ entry, unit: path }) => entry.decision === 'delete' && isWithin(path, here)),
    here,
  );
  const title = element('h2', { id: 'picture' }, 'What goes');
  if (bars.length === 0) {
    return element(
      'section',
      { class: 'card', 'aria-labelledby': 'picture' },
      title,
      element('p', {}, 'Nothing, in what is chosen here.'),
    );
  }
  const shown = bars.slice(0, MOST_ROWS);
  const most = Math.max(...bars.map(({ total }) => total));
  const kinds = SHOWN_KINDS.filter((kind) => bars.some(({ counts }) => counts[kind] > 0));
  const left = bars.length - shown.length;
  return element(
    'section',
    { class: 'card', 'aria-labelledby': 'picture' },
    title,
    scroller(
      'What goes, by unit',
      element(
        'table',
        { class: 'picture' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('th', { scope: 'col' }, 'Unit'),
            ...kinds.map((kind) =>
              element(
                'th',
                { scope: 'col', class: 'number' },
                element('span', { class: `swatch ${kind}` }),
                capitalize(CREDENTIALS[kind].many),
              ),
            ),
            element('td', { class: 'bar' }),
          ),
        ),
        element('tbody', {}, ...shown.map((bar) => drawRow(bar, { kinds, most, here, onChoose }))),
      ),
    ),
    left === 0
      ? undefined
      : element('p', { class: 'hint' }, `${left} more units, with fewer credentials each.`),
  );
}

interface Chart {
  /** The columns. */
  readonly kinds: readonly CredentialKind[];
  /** The total of the longest bar. */
  readonly most: number;
  /** The chosen unit. */
  readonly here: string;
  readonly onChoose: (path: string) => void;
}

function drawRow({ path, label, counts, total }: Bar, { kinds, most, here, onChoose }: Chart): HTMLElement {
  const name =
    path === here
      ? element('span', {}, 'directly here')
      : button([outside(label)], { class: 'link' }, () => onChoose(path));
  let from = 0;
  const parts = kinds.map((kind) => {
    const width = (counts[kind] / most) * 100;
    const part = drawing('rect', { class: kind, x: from, y: 0, width, height: 10 });
    from += width;
    return part;
  });
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    ...kinds.map((kind) => element('td', { class: 'number' }, formatCount(counts[kind]))),
    element(
      'td',
      { class: 'bar' },
      drawing('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...parts),
      element('span', { class: 'unseen' }, `${formatCount(total)} in all`),
    ),
  );
}

function groupByChild(accounts: readonly PageAccount[], here: string): Bar[] {
  const groups = new Map<string, PageAccount[]>();
  const depth = here === '/' ? 0 : here.split('/').length - 1;
  for (const account of accounts) {
    const names = (account.unit ?? '').split('/').filter(Boolean);
    const path = names.length <= depth ? here : `/${names.slice(0, depth + 1).join('/')}`;
    const group = groups.get(path) ?? [];
    group.push(account);
    groups.set(path, group);
  }
  return [...groups]
    .map(([path, members]) => {
      const counts = sumKinds(members, ({ loses }) => loses);
      const total = SHOWN_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
      return { path, label: path.slice(path.lastIndexOf('/') + 1), counts, total };
    })
    .sort((a, b) => b.total - a.total);
}
