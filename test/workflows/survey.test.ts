import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Policy } from '../../src/core/policy/policy.js';
import { RootsweepError } from '../../src/errors.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import {
  observe,
  type SurveyEvent,
  type SurveyOptions,
  surveyOrganization,
} from '../../src/workflows/survey.js';
import {
  accountOf,
  excludeOf,
  includeOf,
  MANAGEMENT,
  MEMBER,
  NOW,
  PASSWORD,
  policyOf,
} from '../core/fixtures.js';
import { createWorld, ORGANIZATION, type World } from './world.js';

const OTHER = '333333333333';
const [member, other] = [accountOf(), accountOf({ id: OTHER, name: 'other', parents: ['r-exmp'] })];

function survey(world: World, policy: Partial<Policy> = {}, change: Partial<SurveyOptions> = {}) {
  return surveyOrganization(world.reader, world.rootAccess, {
    accounts: world.reader.accounts(),
    policy: policyOf(policy),
    organization: ORGANIZATION,
    today: NOW,
    concurrency: 1,
    deep: false,
    allPaths: false,
    stop: new AbortController().signal,
    onEvent: () => {},
    ...change,
  });
}

/** A `before` that fails one thing that is asked. */
const failing = (event: string, error: Error) => (asked: string) => {
  if (asked === event) throw error;
};
const DENIED = new RootAccessFailure('denied-by-scp', 'denied');

test('surveyOrganization asks an account without credentials for its summary alone', async () => {
  const world = createWorld();
  const { accounts } = await survey(world);
  assert.deepEqual(accounts, [
    {
      facts: { account: member },
      scope: { kind: 'included' },
      observation: { kind: 'audited', by: 'summary', credentials: [] },
    },
  ]);
  assert.deepEqual(world.events, ['accounts', `open ${MEMBER} audit`, `summary ${MEMBER}`]);
});

test('surveyOrganization lists what an account holds when its summary reports something', async () => {
  const world = createWorld({ holds: { [MEMBER]: [PASSWORD] } });
  const [surveyed] = (await survey(world)).accounts;
  assert.deepEqual(surveyed?.observation, { kind: 'audited', by: 'listing', credentials: [PASSWORD] });
});

test('surveyOrganization names the OU path of an account that holds something', async () => {
  const [surveyed] = (await survey(createWorld({ holds: { [MEMBER]: [PASSWORD] } }))).accounts;
  assert.equal(surveyed?.facts.unitPath, '/Workloads/Prod');
});

test('surveyOrganization names every OU path when it is asked to', async () => {
  const [surveyed] = (await survey(createWorld(), {}, { allPaths: true })).accounts;
  assert.equal(surveyed?.facts.unitPath, '/Workloads/Prod');
});

test('surveyOrganization asks for OU names only above the account', async () => {
  const world = createWorld({ holds: { [MEMBER]: [PASSWORD] } });
  await survey(world);
  const units = world.events.filter((event) => event.startsWith('units'));
  assert.deepEqual(units, ['units r-exmp', 'units ou-exmp-11111111']);
});

test('surveyOrganization lists without a summary when the audit is deep', async () => {
  const world = createWorld();
  const [surveyed] = (await survey(world, {}, { deep: true })).accounts;
  assert.deepEqual(surveyed?.observation, { kind: 'audited', by: 'listing', credentials: [] });
  assert.equal(world.events.includes(`summary ${MEMBER}`), false);
});

for (const [what, policy, account] of [
  ['the management account', {}, accountOf({ id: MANAGEMENT })],
  ['an account that is not active', {}, accountOf({ state: 'SUSPENDED' })],
  ['an account of unknown state', {}, accountOf({ state: 'UNKNOWN' })],
  ['an excluded account', { exclude: excludeOf({ name: 'shop' }) }, member],
  ['an account that is not included', { include: includeOf({ name: 'x' }) }, member],
] as const) {
  test(`surveyOrganization opens no session in ${what}`, async () => {
    const world = createWorld({ accounts: [account] });
    const [surveyed] = (await survey(world, policy)).accounts;
    assert.equal(surveyed?.observation, undefined);
    assert.deepEqual(
      world.events.filter((event) => event.startsWith('open')),
      [],
    );
  });
}

for (const event of [`open ${MEMBER} audit`, `summary ${MEMBER}`, `list ${MEMBER}`]) {
  test(`surveyOrganization says unknown, and not empty, when "${event}" fails`, async () => {
    const world = createWorld({ holds: { [MEMBER]: [PASSWORD] }, before: failing(event, DENIED) });
    const [surveyed] = (await survey(world)).accounts;
    assert.deepEqual(surveyed?.observation, { kind: 'unknown', cause: 'denied-by-scp', message: 'denied' });
  });
}

test('surveyOrganization goes on with other accounts when one is unknown', async () => {
  const before = failing(`open ${MEMBER} audit`, DENIED);
  const { accounts } = await survey(createWorld({ accounts: [member, other], before }));
  assert.deepEqual(
    accounts.map(({ observation }) => observation?.kind),
    ['unknown', 'audited'],
  );
});

test('observe rejects when something fails that is not AWS', async () => {
  const { rootAccess } = createWorld({ before: failing(`summary ${MEMBER}`, new TypeError('defect')) });
  await assert.rejects(observe(rootAccess, MEMBER, false), TypeError);
});

for (const event of ['accounts', `tags ${MEMBER}`, 'units r-exmp']) {
  test(`surveyOrganization rejects, and gives no half survey, when "${event}" fails`, async () => {
    const world = createWorld({ before: failing(event, new RootsweepError('AWS_FAILED', 'broken')) });
    const exclude = excludeOf({ ou: '/**', tags: { a: 'b' } });
    await assert.rejects(survey(world, { exclude }), { code: 'AWS_FAILED' });
  });
}

test('surveyOrganization begins to audit before the last page was read', async () => {
  const world = createWorld({ accounts: [member, other, accountOf({ id: '444444444444' })] });
  await survey(world);
  assert(world.events.indexOf(`open ${MEMBER} audit`) < world.events.lastIndexOf('accounts'));
});

test('surveyOrganization looks once at an account that AWS lists twice', async () => {
  const world = createWorld({ accounts: [member, member] });
  assert.equal((await survey(world)).accounts.length, 1);
  assert.equal(world.events.filter((event) => event.startsWith('open')).length, 1);
});

test('surveyOrganization looks at no account when it was stopped', async () => {
  const world = createWorld({ accounts: [member, other] });
  await assert.rejects(survey(world, {}, { stop: AbortSignal.abort() }), { code: 'INTERRUPTED' });
  assert.deepEqual(
    world.events.filter((event) => event.startsWith('open')),
    [],
  );
});

test('surveyOrganization tells what was listed and audited', async () => {
  const told: SurveyEvent['type'][] = [];
  await survey(createWorld(), {}, { onEvent: (event) => told.push(event.type) });
  assert.deepEqual(told.sort(), ['account-audited', 'accounts-listed', 'accounts-listed']);
});

const SANDBOX = { tags: { stage: 'sandbox' } };

test('surveyOrganization asks for no tags when no rule compares them', async () => {
  const world = createWorld();
  await survey(world, { exclude: excludeOf({ name: 'shop' }), include: includeOf({ name: '*' }) });
  assert.equal(world.events.includes(`tags ${MEMBER}`), false);
});

test('surveyOrganization asks for tags only where no other rule decides', async () => {
  const world = createWorld({ accounts: [member, other], tags: { [OTHER]: { stage: 'sandbox' } } });
  const { accounts } = await survey(world, { include: includeOf(SANDBOX, { name: 'shop' }) });
  assert.deepEqual(
    accounts.map(({ scope }) => scope.kind === 'included' && scope.rule?.id),
    ['include[1]', 'include[0]'],
  );
  assert.deepEqual(
    world.events.filter((event) => event.startsWith('tags')),
    [`tags ${OTHER}`],
  );
});

test('surveyOrganization records the tags that decided', async () => {
  const world = createWorld({ tags: { [MEMBER]: { stage: 'sandbox' } } });
  const [surveyed] = (await survey(world, { exclude: excludeOf(SANDBOX) })).accounts;
  assert.equal(surveyed?.scope.kind, 'excluded');
  assert.deepEqual(surveyed?.facts.tags, { stage: 'sandbox' });
});

test('surveyOrganization asks neither management nor inactive accounts for tags when their rule matched', async () => {
  const accounts = [accountOf({ id: MANAGEMENT }), accountOf({ id: OTHER, state: 'CLOSED' }), member];
  const world = createWorld({ accounts, tags: { [MEMBER]: { stage: 'sandbox' } } });
  await survey(world, { exclude: excludeOf(SANDBOX) });
  assert.deepEqual(
    world.events.filter((event) => event.startsWith('tags')),
    [`tags ${MEMBER}`],
  );
});

test('surveyOrganization names the rules that match no account', async () => {
  const policy = {
    include: includeOf({ name: '*' }, { name: 'nobody' }),
    exclude: excludeOf({ account: OTHER }),
  };
  const { unmatched } = await survey(createWorld(), policy);
  assert.deepEqual(unmatched, [policy.exclude[0], policy.include[1]]);
});

test('surveyOrganization counts a rule as matching when another rule decided about its account', async () => {
  const policy = {
    include: includeOf({ name: 'shop' }),
    exclude: excludeOf({ account: MEMBER }, { name: 'sh*' }),
  };
  assert.deepEqual((await survey(createWorld(), policy)).unmatched, []);
});

test('surveyOrganization counts a rule as matching when it names the management account', async () => {
  const world = createWorld({ accounts: [accountOf({ id: MANAGEMENT }), member] });
  assert.deepEqual((await survey(world, { exclude: excludeOf({ account: MANAGEMENT }) })).unmatched, []);
});

test('surveyOrganization reads tags after all before it says that a rule about them matches nothing', async () => {
  const world = createWorld({ tags: { [MEMBER]: { stage: 'prod' } } });
  const policy = { exclude: excludeOf({ account: MEMBER }, SANDBOX) };
  assert.deepEqual((await survey(world, policy)).unmatched, [policy.exclude[1]]);
  assert(world.events.includes(`tags ${MEMBER}`));
});

test('surveyOrganization reads the tags of an account once, however many rules about them match nothing', async () => {
  const accounts = ['333333333333', '444444444444', '555555555555'].map((id) => accountOf({ id }));
  const tags = { '444444444444': { key2: 'x' } };
  const world = createWorld({ accounts, tags });
  const keys = ['key1', 'key2', 'key3', 'key4'];
  const policy = {
    exclude: excludeOf(
      ...accounts.map(({ id }) => ({ account: id })),
      ...keys.map((key) => ({ tags: { [key]: 'x' } })),
    ),
  };
  const { unmatched } = await survey(world, policy);
  assert.deepEqual(
    unmatched.map(({ selector }) => selector.tags),
    [{ key1: 'x' }, { key3: 'x' }, { key4: 'x' }],
  );
  assert.deepEqual(
    world.events.filter((event) => event.startsWith('tags')),
    accounts.map(({ id }) => `tags ${id}`),
  );
});

test('surveyOrganization does not say that a rule matches nothing when tags read after all match it', async () => {
  const world = createWorld({ tags: { [MEMBER]: { stage: 'sandbox' } } });
  const policy = { exclude: excludeOf({ account: MEMBER }, SANDBOX) };
  assert.deepEqual((await survey(world, policy)).unmatched, []);
});
