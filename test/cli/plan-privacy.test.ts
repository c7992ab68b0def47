/** A plan is shown to many: it holds no root email address, and a rule about addresses is still kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlanned, type Planned } from './planned.js';

const ADDRESSES = ['root-222@example.com', 'Shop.Root@corp.example.org', 'mgmt@example.com'] as const;
const SCENARIO = `
organization: { id: o-exampleorgid, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, email: ${ADDRESSES[2]} }
  - { id: "222222222222", name: empty, email: ${ADDRESSES[0]}, root: { password: true, mfaDevices: 1 } }
  - { id: "333333333333", name: shop, email: ${ADDRESSES[1]}, root: { password: true, mfaDevices: 1 } }
`;
const BY_EMAIL = 'version: 1\nexclude:\n  - { email: "*@example.com", reason: kept }\n';
const FORMATS = ['text', 'json', 'markdown', 'html', 'csv', 'sarif'] as const;

/** Everything that the plan's file, and each rendering of it, says. */
async function renderings({ read, run }: Planned): Promise<string> {
  const texts = [await read('org.plan.yaml')];
  for (const format of FORMATS) texts.push((await run(['show', 'org.plan.yaml', '--format', format])).stdout);
  return texts.join('\n');
}

test('a plan holds no email address, in whatever format it is shown', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  assert.equal((await planned.plan()).code, 0);
  const text = (await renderings(planned)).toLowerCase();
  for (const address of ADDRESSES) assert(!text.includes(address.toLowerCase()), address);
});

test('where a rule about addresses decided, the plan holds the address masked, with a digest', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO, policy: BY_EMAIL });
  assert.equal((await planned.plan()).code, 0);
  const yaml = await planned.read('org.plan.yaml');
  const masked = [...yaml.matchAll(/^ {4}email: .*$/gm)].map(([line]) =>
    line.replace(/[0-9a-f]{64}/, 'DIGEST'),
  );
  assert.deepEqual(masked, ['    email: { masked: "r…@example.com", sha256: DIGEST }']);
  const text = (await renderings(planned)).toLowerCase();
  for (const address of ADDRESSES) assert(!text.includes(address.toLowerCase()), address);
  assert.equal((await planned.verify()).code, 0);
});

test('the digest of an address differs in each plan, so that plans cannot be compared by it', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO, policy: BY_EMAIL });
  const digests: string[] = [];
  for (let plans = 0; plans < 2; plans += 1) {
    await planned.plan();
    digests.push(/sha256: ([0-9a-f]{64}) \}/.exec(await planned.read('org.plan.yaml'))?.[1] ?? assert.fail());
  }
  assert.notEqual(digests[0], digests[1]);
});

test('apply deletes nothing in an account that a rule about addresses excludes since the plan', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO, policy: BY_EMAIL });
  await planned.plan();
  // The plan does not even hold a digest of this address: no rule about addresses decided.
  planned.emulator.changeAccount('333333333333', { email: 'shop@example.com' });
  const { code, stdout } = await planned.apply();
  assert.equal(code, 5, stdout);
  assert.match(
    stdout,
    /\n {6}-decided by: every member account\n {6}\+decided by: exclude\[0\] \(line 3\)\n/,
  );
  assert.deepEqual(planned.deletions(), []);
});

test('apply deletes nothing in an account whose address, by which it is included, was changed', async (t) => {
  const policy = 'version: 1\ninclude:\n  - { email: "*@corp.example.org" }\n';
  const planned = await createPlanned(t, { scenario: SCENARIO, policy });
  await planned.plan();
  planned.emulator.changeAccount('333333333333', { email: 'shop-root@corp.example.org' });
  const { code, stdout } = await planned.apply();
  assert.equal(code, 5, stdout);
  assert.match(stdout, /\n {6}-email: S…@corp\.example\.org \(sha256:[0-9a-f]{12}\)\n {6}\+email: s…@corp/);
  assert.deepEqual(planned.deletions(), []);
});

test('apply goes on where an address was changed that no rule compares', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  await planned.plan();
  planned.emulator.changeAccount('333333333333', { email: 'new@corp.example.org' });
  assert.equal((await planned.apply()).code, 0);
});

test('notice reads the addresses from AWS', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  await planned.plan();
  planned.emulator.changeAccount('333333333333', { email: 'new@corp.example.org' });
  const { code, stdout, stderr } = await planned.run(['notice', 'org.plan.yaml']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /new@corp\.example\.org/);
  assert.match(stdout, /root-222@example\.com/);
});

test('explain takes an account from a plan that holds no address', async (t) => {
  const planned = await createPlanned(t, { scenario: SCENARIO, policy: BY_EMAIL });
  await planned.plan();
  const explain = (account: string) =>
    planned.run(['explain', account, '--policy', 'policy.yaml', '--plan', 'org.plan.yaml']);
  const [excluded, included] = [await explain('222222222222'), await explain('333333333333')];
  assert.equal(excluded.code, 0, excluded.stderr);
  assert.match(excluded.stdout, /exclude\[0\]/);
  assert.equal(included.code, 0, included.stderr);
  assert.match(included.stdout, /every member account|included/);
});
