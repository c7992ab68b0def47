/** Promise 7 for plans of remedies: wherever a run was killed, the next ends as if nothing had happened. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { HttpRequest } from '../../src/emulator/wire/http.js';
import { createHarness, type Harness } from './harness.js';
import { readRecords } from './judge.js';
import {
  type CallPoint,
  callPoints,
  doomAtRecord,
  killAtCall,
  type RecordPoint,
  recordPoints,
  recordsLeft,
} from './kills.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { checkPoints, type Spawned, type SpawnSettings, spawnCli, thisProcess } from './spawned.js';

const SHOPS = ['333333333333', '444444444444'];
const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, root: { password: true } }
  - { id: "333333333333", name: shop }
  - { id: "444444444444", name: bank, ou: /Workloads }
`;
const FILES = ['recover.plan.yaml', 'policy.yaml', 'trust.yaml'];
const RECOVER = [
  ...['recover', ...SHOPS, '--reason', 'the owners have left', '--policy', 'policy.yaml'],
  ...['--out', 'recover.plan.yaml', '--key', 'key.pem'],
];
const APPLY = [
  ...['apply', 'recover.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
  ...['--confirm', ORGANIZATION, '--json', '--concurrency', '1'],
];

interface Scene extends Harness {
  /** How many requests to make a password possible arrived. */
  readonly requests: () => number;
  /** Requests that arrived without an intent of their own on the disk, or without a look right before them. */
  readonly problems: () => readonly string[];
  readonly spawn: (settings?: SpawnSettings) => Spawned;
  readonly resume: () => ReturnType<Harness['run']>;
}

/** Plans once; each scene is the same organization before anything was done in it. */
async function planOnce(t: TestContext): Promise<() => Promise<Scene>> {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  const { code, stderr } = await planned.run(RECOVER, thisProcess());
  assert.equal(code, 0, stderr);
  return async () => {
    const harness = await createHarness(t, SCENARIO);
    for (const file of FILES) await cp(join(planned.folder, file), join(harness.folder, file));
    const { emulator, folder } = harness;
    return {
      ...harness,
      ...watch(emulator, folder),
      spawn: (settings) => spawnCli(harness, { argv: APPLY, ...settings }),
      resume: () => harness.run(APPLY, thisProcess()),
    };
  };
}

/** Believes no word of a run: only what arrives, and what is on the disk by then. */
function watch(emulator: Emulator, folder: string): Pick<Scene, 'requests' | 'problems'> {
  const problems: string[] = [];
  const arrived = new Map<string, number>();
  const carryOut = emulator.carryOut.bind(emulator);
  emulator.carryOut = (request: HttpRequest) => {
    const before = emulator.calls.at(-1);
    const intended = readRecords(folder).filter(({ type }) => type === 'remedy-intended');
    const reply = carryOut(request);
    const { operation, account, accessKeyId } = reply.call;
    if (operation !== 'CreateLoginProfile') return reply;
    const session = `${account} ${accessKeyId}`;
    arrived.set(session, (arrived.get(session) ?? 0) + 1);
    const ofIt = intended.filter((record) => `${record.account} ${record.session}` === session).length;
    if (ofIt < (arrived.get(session) ?? 0)) problems.push(`no intent: ${session}`);
    if (before?.operation !== 'GetLoginProfile' || before.accessKeyId !== accessKeyId) {
      problems.push(`no look before it: ${session}`);
    }
    return reply;
  };
  return {
    requests: () => [...arrived.values()].reduce((sum, count) => sum + count, 0),
    problems: () => problems,
  };
}

interface Ledger {
  readonly lines: readonly { readonly account: string; readonly outcome: { readonly kind: string } }[];
}

/** `apply` again brings it to the right end, and once more asks for nothing. */
async function findResumeProblems({ resume, emulator, problems, requests, run, folder }: Scene) {
  const found: string[] = [];
  const check = async (what: string, kinds: readonly string[]) => {
    const { code, stdout, stderr } = await resume();
    if (code !== 0) found.push(`the ${what} run ended with ${code}: ${stderr}`);
    const line = stdout.split('\n').findLast((it) => it.includes('"type":"ledger"'));
    const ledger = line === undefined ? { lines: [] } : (JSON.parse(line) as Ledger);
    const told = ledger.lines.map(({ account, outcome }) => `${account} ${outcome.kind}`);
    if (!SHOPS.every((id) => kinds.some((kind) => told.includes(`${id} ${kind}`)))) {
      found.push(`the ${what} run tells: ${told.join(', ')}`);
    }
  };
  await check('resumed', ['remedied', 'already-remedied']);
  for (const id of SHOPS) if (emulator.account(id).password === undefined) found.push(`left: ${id}`);
  const asked = requests();
  await check('further', ['already-remedied']);
  if (requests() > asked) found.push('the further run asked for something');
  const journal = readdirSync(folder).find((name) => name.endsWith('.journal.jsonl')) ?? '';
  const { stdout } = await run(['receipt', journal, '--json']);
  const { totals } = JSON.parse(stdout) as { totals: { remedies: { proven: number } } };
  if (totals.remedies.proven !== SHOPS.length) found.push(`the receipt proves ${totals.remedies.proven}`);
  return [...found, ...problems()];
}

async function killAtPoint(scene: Scene, point: CallPoint): Promise<string[]> {
  const revive = killAtCall(scene.emulator, point, () => spawned);
  const spawned = scene.spawn();
  const { signal } = await spawned.ended;
  revive();
  return [...(signal === 'SIGKILL' ? [] : ['it was not killed']), ...(await findResumeProblems(scene))];
}

test('apply gives every account its way back in when the run before it was killed at any call to AWS', async (t) => {
  const openScene = await planOnce(t);
  const undisturbed = await openScene();
  const { code, stderr } = await undisturbed.spawn().ended;
  assert.equal(code, 0, stderr);
  assert.deepEqual([undisturbed.requests(), undisturbed.problems()], [SHOPS.length, []]);
  const { calls } = undisturbed.emulator;
  const points = callPoints(calls);
  const failed = await checkPoints(points, async (point) => killAtPoint(await openScene(), point));
  const resumed = points.length - failed.length;
  t.diagnostic(
    `${points.length} kill points at ${calls.length} calls; ${resumed} resumed to the planned end`,
  );
  assert.deepEqual(failed, []);
});

async function killAtRecord(scene: Scene, point: RecordPoint): Promise<string[]> {
  const { signal } = await scene.spawn(doomAtRecord(point)).ended;
  const written = readRecords(scene.folder).length;
  const expected = recordsLeft(point);
  return [
    ...(signal === 'SIGKILL' ? [] : ['it was not killed']),
    ...(written === expected ? [] : [`${written} whole records, not ${expected}`]),
    ...(await findResumeProblems(scene)),
  ];
}

test('apply gives every account its way back in when the run before it was killed at any record', async (t) => {
  const openScene = await planOnce(t);
  const undisturbed = await openScene();
  const { code } = await undisturbed.spawn(doomAtRecord({ record: 0, when: 'synced' })).ended;
  assert.equal(code, 0);
  const records = readRecords(undisturbed.folder).length;
  const points = recordPoints(records);
  const failed = await checkPoints(points, async (point) => killAtRecord(await openScene(), point));
  const resumed = points.length - failed.length;
  t.diagnostic(`${points.length} kill points at ${records} records; ${resumed} resumed to the planned end`);
  assert.deepEqual(failed, []);
});
