/** What a plan contains about one account: credentials, findings, and the rule that decided. */
import { isDeleteAction, isPlaced, nameTarget, type PlacedAction } from '../core/action/action.js';
import { nameCredential } from '../core/action/credentials.js';
import type { Entry, FullEntry } from '../core/plan/plan.js';
import { FINDINGS } from '../core/policy/findings.js';
import { describeAction } from '../views/plan/action-words.js';
import { explainUnknown } from '../views/plan/unknown-text.js';
import { drawDecision } from './account-list.js';
import { cells, dataTable, element, outside, outsidePath, scroller } from './dom.js';

const HEAD = ['Kind', 'Id', 'Status', 'Created', 'Last used', 'What happens'] as const;

export function drawAccountPage(entry: Entry): HTMLElement {
  const title = element(
    'h2',
    { tabindex: '-1' },
    'Account ',
    element('span', { class: 'id' }, entry.id),
    ' ',
  );
  const page = element(
    'article',
    { class: 'card account' },
    element('a', { href: '#', class: 'back' }, 'Back to all accounts'),
    title,
  );
  if (entry.decision === 'clean') {
    title.append(drawDecision(entry.decision));
    const how =
      entry.by === 'summary'
        ? "AWS's summary of the account reports no root credentials of any kind."
        : 'All four kinds of root credentials were listed, and there were none.';
    page.append(
      element('p', {}, how),
      element('p', { class: 'hint' }, 'Of such an account, a plan keeps one line: its id.'),
    );
    return page;
  }
  title.append(outside(entry.name), ' ', drawDecision(entry.decision));
  page.append(drawFacts(entry), ...drawChanges(entry), ...drawCredentials(entry), ...drawFindings(entry));
  return page;
}

function drawFacts(entry: FullEntry): HTMLElement {
  const { rule, reason, until, ou, parents, email, state, joined, joinedMethod, tags } = entry;
  const facts: readonly (readonly [string, readonly (Node | string)[]])[] = [
    ['Decided by', [outside(rule)]],
    ...(reason === undefined
      ? []
      : [['Reason', [outside(reason), until === undefined ? '' : `, until ${until}`]] as const]),
    ['OU', [ou === undefined ? 'AWS did not tell' : outsidePath(ou)]],
    ['Ids above it', [outside(parents.join(' / '))]],
    ...(email === undefined ? [] : [['Email', [outside(email.masked)]] as const]),
    ['State', [state]],
    ['Joined', [`${joined}, ${joinedMethod.toLowerCase()}`]],
    ...(tags === undefined
      ? []
      : [
          [
            'Tags',
            Object.entries(tags).flatMap(([key, value]) => [outside(`${key}=${value}`, 'tag'), ' ']),
          ] as const,
        ]),
  ];
  return element(
    'dl',
    {},
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, ...value)]),
  );
}

/** What a recovery or an unlock does. */
function drawChanges({ actions }: FullEntry): HTMLElement[] {
  return actions.filter(isPlaced).flatMap((action) => {
    const { done, follows } = describeAction(action);
    return [
      element('h3', {}, 'What changes'),
      element('p', {}, element('strong', {}, outside(nameTarget(action))), `: ${done}. ${follows}`),
      ...drawPolicies(action),
    ];
  });
}

function drawPolicies(action: PlacedAction): HTMLElement[] {
  if (action.kind === 'allow-password-recovery') return [];
  const { document, replacement } = action;
  return [
    element('h4', {}, 'Policy now'),
    element('pre', {}, outside(document)),
    ...(replacement === undefined
      ? []
      : [element('h4', {}, 'Policy afterwards'), element('pre', {}, outside(replacement))]),
  ];
}

function drawCredentials({ observed, actions }: FullEntry): HTMLElement[] {
  const title = element('h3', {}, 'Root credentials');
  if (actions.some(isPlaced)) return [];
  if (observed === undefined) return [title, element('p', {}, 'It was not looked at.')];
  if (observed.kind === 'unknown') {
    return [
      title,
      element('p', {}, 'It could not be looked at, so nobody knows: ', outside(observed.message)),
      element('p', {}, element('strong', {}, 'What helps: '), explainUnknown(observed.cause)),
    ];
  }
  const deletions = actions.filter(isDeleteAction);
  const steps = deletions.map(nameTarget);
  const rows = observed.credentials.map((credential) => {
    const step = steps.indexOf(nameCredential(credential));
    const by = deletions[step]?.by;
    const { lastUsed } = credential;
    const used =
      lastUsed === undefined
        ? 'not told'
        : lastUsed.kind === 'never'
          ? 'never'
          : [lastUsed.at, lastUsed.service, lastUsed.region].filter(Boolean).join(' ');
    return element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'whole' }, credential.kind),
      ...cells(HEAD.slice(1), [
        [credential.id === undefined ? undefined : outside(credential.id)],
        [credential.status === undefined ? undefined : outside(credential.status, 'whole')],
        [element('span', { class: 'whole' }, credential.created)],
        [outside(used)],
        step < 0
          ? ['stays']
          : [
              element('strong', { class: 'goes whole' }, `deleted, step ${step + 1}`),
              ...(by === undefined ? [] : [' by ', outside(by)]),
            ],
      ]),
    );
  });
  const table = dataTable('credentials stack', HEAD, element('tbody', {}, ...rows));
  return [title, scroller('Table of root credentials', table)];
}

function drawFindings({ findings }: FullEntry): HTMLElement[] {
  if (findings.length === 0) return [element('h3', {}, 'Findings'), element('p', {}, 'None.')];
  return [
    element('h3', {}, 'Findings'),
    element(
      'ul',
      { class: 'findings' },
      ...findings.map(({ severity, code, message }) => {
        const { meaning, fix } = FINDINGS[code];
        return element(
          'li',
          {},
          element('span', { class: `badge ${severity}` }, severity),
          ' ',
          element('code', {}, code),
          element('p', {}, outside(message)),
          element('p', { class: 'hint' }, `${meaning} ${fix}`),
        );
      }),
    ),
  ];
}
