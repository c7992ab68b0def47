import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { openEmulator } from '../../src/emulator/emulator.js';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import { assertLinear, countWork, SIZES } from '../files/counted-work.js';

test('generateScenario gives the same scenario for the same seed, and another for another', () => {
  assert.deepEqual(
    generateScenario({ accounts: 200, seed: 1 }),
    generateScenario({ accounts: 200, seed: 1 }),
  );
  assert.notDeepEqual(
    generateScenario({ accounts: 200, seed: 1 }),
    generateScenario({ accounts: 200, seed: 2 }),
  );
});

test('generateScenario writes what parseScenario reads', () => {
  const scenario = generateScenario({ accounts: 100, seed: 3 });
  assert.deepEqual(
    parseScenario(stringify(scenario), 'generated.yaml'),
    JSON.parse(JSON.stringify(scenario)),
  );
});

test('generateScenario mixes states, units, tags and credentials', () => {
  const { accounts = [] } = generateScenario({ accounts: 2000, seed: 4 });
  assert.deepEqual([...new Set(accounts.map(({ state }) => state))].sort(), [
    'ACTIVE',
    'CLOSED',
    'PENDING_CLOSURE',
    'SUSPENDED',
  ]);
  assert.equal(Math.max(...accounts.map(({ ou = '' }) => ou.split('/').length - 1)), 5);
  assert.ok(
    accounts.some(({ tags }) => tags === undefined) && accounts.some(({ tags }) => tags?.team !== undefined),
  );
  assert.ok(accounts.some(({ id }) => id.startsWith('0')));
});

for (const credentialShare of [0, 0.5, 1]) {
  test(`generateScenario gives credentials to a share of ${credentialShare}`, () => {
    const { accounts = [] } = generateScenario({ accounts: 1000, seed: 5, credentialShare });
    const share = accounts.filter(({ root }) => root !== undefined).length / 1000;
    assert.ok(Math.abs(share - credentialShare) < 0.05, String(share));
  });
}

test('an organization of 50,000 accounts opens, every id unlike the others', () => {
  const { world } = openEmulator(generateScenario({ accounts: 50_000, seed: 6 }));
  assert.equal(world.accounts.size, 50_001);
});

test('an organization opens with work in proportion to its accounts', () => {
  assertLinear(
    SIZES.map((accounts) => countWork(() => openEmulator(generateScenario({ accounts, seed: 6 })))),
  );
});
