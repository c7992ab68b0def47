import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOrganizations } from '../../../src/files/policy/organizations.js';
import { lines, refusalOf } from '../refusal.js';

const ENTRY =
  '{ name: production, organization: o-exampleorgid, profile: prod, policy: policy.yaml, plan: org.plan.yaml }';
const other = (change: string, value: string) =>
  `{ name: sandbox, organization: o-anotherorg01, profile: sandbox, policy: other.yaml, plan: other.plan.yaml }`.replace(
    new RegExp(`${change}: [^,} ]+`),
    `${change}: ${value}`,
  );
const parse = (...entries: readonly string[]) =>
  parseOrganizations(
    lines('version: 1', 'organizations:', ...entries.map((it) => `  - ${it}`)),
    'organizations.yaml',
  );

test('parseOrganizations reads what there is of each, in the order of the file', () => {
  const names = parse(ENTRY, other('name', 'sandbox')).map(({ name, profile }) => `${name} ${profile}`);
  assert.deepEqual(names, ['production prod', 'sandbox sandbox']);
});

const REFUSED: readonly [what: string, entries: readonly string[], ...problems: string[]][] = [
  [
    'a profile twice',
    [ENTRY, other('profile', 'prod')],
    '4:61: organizations[1].profile is "prod", like that of organizations[0]; give each its own',
  ],
  [
    'a plan twice',
    [ENTRY, other('plan', 'org.plan.yaml')],
    '4:96: organizations[1].plan is "org.plan.yaml", like that of organizations[0]; give each its own',
  ],
  [
    'a name twice',
    [ENTRY, other('name', 'production')],
    '4:13: organizations[1].name is "production", like that of organizations[0]; give each its own',
  ],
  [
    'an organization twice',
    [ENTRY, other('organization', 'o-exampleorgid')],
    '4:36: organizations[1].organization is "o-exampleorgid", like that of organizations[0]; give each its own',
  ],
  [
    'a mistyped key',
    [ENTRY.replace('profile', 'profil')],
    '3:55: unknown key "profil" in organizations[0]; did you mean "profile"?',
  ],
  [
    'no policy',
    [ENTRY.replace('policy: policy.yaml, ', '')],
    '3:5: organizations[0] has no policy; add one, for example policy: "production/policy.yaml"',
  ],
  ...[
    '/etc/org.plan.yaml',
    '../org.plan.yaml',
    'a/../../org.plan.yaml',
    'a/..',
    '..\\org.plan.yaml',
    'C:org.plan.yaml',
  ].map((plan): [string, readonly string[], string] => [
    `the plan ${plan}`,
    [ENTRY, other('plan', plan)],
    `4:96: organizations[1].plan is ${JSON.stringify(plan)}; name a file below the folder of this file, such as "production/org.plan.yaml"`,
  ]),
];
for (const [what, entries, ...problems] of REFUSED) {
  test(`parseOrganizations refuses ${what}`, () => {
    assert.equal(
      refusalOf(() => parse(...entries)),
      lines('ORGANIZATIONS_INVALID', ...problems.map((it) => `organizations.yaml:${it}`)).trimEnd(),
    );
  });
}

test('parseOrganizations refuses a list of none', () => {
  assert.equal(
    refusalOf(() => parseOrganizations('version: 1\norganizations: []\n', 'organizations.yaml')),
    'ORGANIZATIONS_INVALID\norganizations.yaml:2:16: organizations is empty: name at least one organization',
  );
});
