/** The filter controls for accounts. Units are chosen in the tree and the picture. */
import { CREDENTIAL_KINDS, type CredentialKind } from '../core/action/credentials.js';
import type { Decision, Plan } from '../core/plan/plan.js';
import { FINDING_CODES, type FindingCode } from '../core/policy/findings.js';
import { type Filter, IMPORTANCE, type PageAccount } from './accounts.js';
import { button, element, formatCount } from './dom.js';

export interface Filters {
  readonly element: HTMLElement;
  readonly read: () => Omit<Filter, 'unit'>;
  readonly clear: () => void;
}

export function createFilters(plan: Plan, accounts: readonly PageAccount[], onChange: () => void): Filters {
  const search = element('input', {
    type: 'search',
    id: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'id, name, email, OU, credential, message',
  });
  search.addEventListener('input', onChange);
  const found = new Set(accounts.flatMap(({ findings }) => [...findings]));
  const finding = choice(
    'finding',
    'Finding',
    FINDING_CODES.filter((code) => found.has(code)),
    onChange,
  );
  const kind = choice('kind', 'Holds', CREDENTIAL_KINDS, onChange);
  const decisions = createDecisions(plan, onChange);
  const clear = () => {
    search.value = '';
    finding.select.value = '';
    kind.select.value = '';
    decisions.choose(undefined);
    onChange();
  };
  return {
    element: element(
      'section',
      { class: 'filters', 'aria-label': 'Filters' },
      decisions.element,
      element('div', { class: 'field wide' }, element('label', { for: 'search' }, 'Search'), search),
      finding.element,
      kind.element,
      button(['Clear'], { class: 'clear' }, clear),
    ),
    read: () => ({
      search: search.value,
      decision: decisions.read(),
      finding: (finding.select.value || undefined) as FindingCode | undefined,
      kind: (kind.select.value || undefined) as CredentialKind | undefined,
    }),
    clear,
  };
}

function choice(id: string, label: string, values: readonly string[], onChange: () => void) {
  const select = element(
    'select',
    { id },
    element('option', { value: '' }, 'any'),
    ...values.map((value) => element('option', { value }, value)),
  );
  select.addEventListener('change', onChange);
  return {
    select,
    element: element('div', { class: 'field' }, element('label', { for: id }, label), select),
  };
}

/** One toggle tile per decision that occurs, with its count. */
function createDecisions(plan: Plan, onChange: () => void) {
  let chosen: Decision | undefined;
  const choose = (decision: Decision | undefined) => {
    chosen = decision;
    for (const [of, tile] of tiles) tile.setAttribute('aria-pressed', String(of === chosen));
  };
  const tiles = IMPORTANCE.filter((decision) => plan.totals.decisions[decision] > 0).map((decision) => {
    const label = decision === 'not-active' ? 'not active' : decision;
    const tile = button(
      [
        element('span', { class: 'big' }, formatCount(plan.totals.decisions[decision])),
        ' ',
        element('span', {}, label),
      ],
      { class: `tile ${decision}`, 'aria-pressed': 'false' },
      () => {
        choose(chosen === decision ? undefined : decision);
        onChange();
      },
    );
    return [decision, tile] as const;
  });
  return {
    element: element(
      'div',
      { class: 'tiles', role: 'group', 'aria-label': 'Decision' },
      ...tiles.map(([, tile]) => tile),
    ),
    read: () => chosen,
    choose,
  };
}
