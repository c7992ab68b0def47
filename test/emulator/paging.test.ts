import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  paginateListAccounts,
} from '@aws-sdk/client-organizations';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { type Bench, openBench } from './clients.js';

const SCENARIO = generateScenario({ accounts: 99, seed: 5 });

/** The size of every page, and every account id in the order it came. */
async function listAll(bench: Bench): Promise<{ sizes: number[]; ids: string[] }> {
  const sizes: number[] = [];
  const ids: string[] = [];
  for await (const page of paginateListAccounts({ client: bench.organizations() }, {})) {
    sizes.push(page.Accounts?.length ?? -1);
    for (const { Id } of page.Accounts ?? []) ids.push(Id ?? '');
  }
  return { sizes, ids };
}

test('ListAccounts pages by 20, and the last page has no token', async () => {
  await using bench = await openBench(SCENARIO);
  const { sizes, ids } = await listAll(bench);
  assert.deepEqual(sizes, [20, 20, 20, 20, 20]);
  assert.equal(new Set(ids).size, 100);
});

test('ListAccounts honours MaxResults', async () => {
  await using bench = await openBench(SCENARIO);
  const { Accounts } = await bench.organizations().send(new ListAccountsCommand({ MaxResults: 7 }));
  assert.equal(Accounts?.length, 7);
});

test('ListAccounts answers empty pages with a token when the scenario asks for them', async () => {
  await using bench = await openBench({ ...SCENARIO, paging: { emptyPages: 1 } });
  const { sizes, ids } = await listAll(bench);
  assert.deepEqual(sizes, [0, 20, 0, 20, 0, 20, 0, 20, 0, 20]);
  assert.equal(new Set(ids).size, 100);
});

test('which pages are empty depends on the seed only', async () => {
  const sizes = async (seed: number) => {
    await using bench = await openBench({ ...SCENARIO, seed, paging: { size: 5, emptyPages: 0.3 } });
    return (await listAll(bench)).sizes;
  };
  const first = await sizes(1);
  assert.deepEqual(await sizes(1), first);
  assert.notDeepEqual(await sizes(2), first);
  assert.ok(first.includes(0));
});

test('smaller pages come when the scenario says so', async () => {
  await using bench = await openBench({ ...SCENARIO, paging: { size: 9, emptyPages: 0 } });
  assert.equal((await listAll(bench)).sizes[0], 9);
});

for (const NextToken of ['', 'made-up']) {
  test(`ListAccounts refuses the token "${NextToken}"`, async () => {
    await using bench = await openBench(SCENARIO);
    await assert.rejects(bench.organizations().send(new ListAccountsCommand({ NextToken })), {
      name: 'InvalidInputException',
      Reason: 'INVALID_NEXT_TOKEN',
    });
  });
}

test('a token of one list is refused by another', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  const { NextToken } = await organizations.send(new ListAccountsCommand({}));
  const ParentId = bench.emulator.world.organization.rootId;
  await assert.rejects(organizations.send(new ListAccountsForParentCommand({ ParentId, NextToken })), {
    Reason: 'INVALID_NEXT_TOKEN',
  });
});

test('an account that leaves between two pages does not hide another', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  const first = await organizations.send(new ListAccountsCommand({}));
  bench.emulator.changeAccount(first.Accounts?.[3]?.Id ?? '', { leave: true });
  const second = await organizations.send(new ListAccountsCommand({ NextToken: first.NextToken }));
  assert.equal(second.Accounts?.[0]?.Id, bench.emulator.world.listing[20]?.id);
});
