/** Promise 7 for recoveries and unlocks: wherever a run was killed, the next ends as if nothing had happened. */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { HttpRequest } from '../../src/emulator/wire/http.js';
import { createHarness, type Harness } from './harness.js';
import { readRecords } from './judge.js';
import { callPoints, killRunAtCall, killRunAtRecord, recordPoints } from './kills.js';
import { SCENARIO, SHOP } from './locked.js';
import { CONFIG, createPlanned, ORGANIZATION } from './planned.js';
import { findJournal } from './recovery-journals.js';
import { checkPoints, type Spawned, type SpawnSettings, spawnCli, thisProcess } from './spawned.js';

interface Case {
  readonly what: string;
  readonly scenario: string;
  readonly plan: readonly string[];
  readonly accounts: readonly string[];
  /** The operations that look, and that change something. */
  readonly look: string;
  readonly change: string;
  readonly isDone: (emulator: Emulator, account: string) => boolean;
}

const BANK = '444444444444';
const PASSWORDS = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, root: { password: true } }
  - { id: "${SHOP}", name: shop }
  - { id: "${BANK}", name: bank, ou: /Workloads }
`;
const OUT = 'named.plan.yaml';
const FLAGS = ['--reason', 'locked out', '--policy', 'policy.yaml', '--out', OUT, '--key', 'key.pem'];
const QUEUE = `arn:aws:sqs:eu-central-1:${SHOP}:orders`;
const REPLACEMENT = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":["${SHOP}"]},"Action":"sqs:*","Resource":"${QUEUE}"}]}`;

const CASES: readonly Case[] = [
  {
    what: 'lets two passwords be set again',
    scenario: PASSWORDS,
    plan: ['recover', SHOP, BANK, ...FLAGS],
    accounts: [SHOP, BANK],
    look: 'GetLoginProfile',
    change: 'CreateLoginProfile',
    isDone: (emulator, account) => emulator.account(account).password !== undefined,
  },
  {
    what: 'deletes the policy of a bucket',
    scenario: SCENARIO,
    plan: ['unlock', 'bucket', SHOP, 'logs', ...FLAGS],
    accounts: [SHOP],
    look: 'GetBucketPolicy',
    change: 'DeleteBucketPolicy',
    isDone: ({ world }) => world.resources.get('arn:aws:s3:::logs')?.policy === undefined,
  },
  {
    what: 'replaces the policy of a queue',
    scenario: SCENARIO,
    plan: ['unlock', 'queue', SHOP, QUEUE, '--replacement', 'new.json', ...FLAGS],
    accounts: [SHOP],
    look: 'GetQueueAttributes',
    change: 'SetQueueAttributes',
    isDone: ({ world }) => world.resources.get(QUEUE)?.policy === REPLACEMENT,
  },
];

const APPLY = [
  ...['apply', OUT, '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
  ...['--confirm', ORGANIZATION, '--json', '--concurrency', '1'],
];

interface Scene extends Harness {
  readonly of: Case;
  /** How many requests to change something arrived. */
  readonly requests: () => number;
  /** Requests that arrived without an intent of their own on the disk, or without a look right before them. */
  readonly problems: () => readonly string[];
  readonly spawn: (settings?: SpawnSettings) => Spawned;
  readonly resume: () => ReturnType<Harness['run']>;
}

/** Plans once; each scene is the same organization before anything was done in it. */
async function planOnce(t: TestContext, of: Case): Promise<() => Promise<Scene>> {
  const planned = await createPlanned(t, { scenario: of.scenario });
  await planned.write('new.json', REPLACEMENT);
  const { code, stderr } = await planned.run(of.plan, thisProcess());
  assert.equal(code, 0, stderr);
  return async () => {
    const harness = await createHarness(t, of.scenario);
    for (const file of [OUT, 'policy.yaml', 'trust.yaml', CONFIG]) {
      await cp(join(planned.folder, file), join(harness.folder, file), { recursive: true });
    }
    return {
      ...harness,
      of,
      ...watch(harness, of),
      spawn: (settings) => spawnCli(harness, { argv: APPLY, ...settings }),
      resume: () => harness.run(APPLY, thisProcess()),
    };
  };
}

/** Believes no word of a run: only what arrives, and what is on the disk by then. */
function watch({ emulator, folder }: Harness, { look, change }: Case): Pick<Scene, 'requests' | 'problems'> {
  const problems: string[] = [];
  const arrived = new Map<string, number>();
  const carryOut = emulator.carryOut.bind(emulator);
  emulator.carryOut = (request: HttpRequest) => {
    const before = emulator.calls.at(-1);
    const intended = readRecords(folder).filter(({ type }) => type === 'action-intended');
    const reply = carryOut(request);
    const { operation, account, accessKeyId } = reply.call;
    if (operation !== change) return reply;
    const session = `${account} ${accessKeyId}`;
    arrived.set(session, (arrived.get(session) ?? 0) + 1);
    const ofIt = intended.filter((record) => `${record.account} ${record.session}` === session).length;
    if (ofIt < (arrived.get(session) ?? 0)) problems.push(`no intent: ${session}`);
    if (before?.operation !== look || before.accessKeyId !== accessKeyId) {
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
async function findResumeProblems({ of, resume, emulator, problems, requests, run, folder }: Scene) {
  const { accounts, isDone } = of;
  const found: string[] = [];
  const check = async (what: string, kinds: readonly string[]) => {
    const { code, stdout, stderr } = await resume();
    if (code !== 0) found.push(`the ${what} run ended with ${code}: ${stderr}`);
    const line = stdout.split('\n').findLast((it) => it.includes('"type":"ledger"'));
    const ledger = line === undefined ? { lines: [] } : (JSON.parse(line) as Ledger);
    const told = ledger.lines.map(({ account, outcome }) => `${account} ${outcome.kind}`);
    if (!accounts.every((id) => kinds.some((kind) => told.includes(`${id} ${kind}`)))) {
      found.push(`the ${what} run tells: ${told.join(', ')}`);
    }
  };
  await check('resumed', ['done', 'done-earlier']);
  for (const id of accounts) if (!isDone(emulator, id)) found.push(`left: ${id}`);
  const asked = requests();
  await check('further', ['done-earlier']);
  if (requests() > asked) found.push('the further run asked for something');
  const { stdout } = await run(['receipt', findJournal(folder), '--json']);
  const { totals } = JSON.parse(stdout) as { totals: { targets: { proven: number } } };
  if (totals.targets.proven !== accounts.length) found.push(`the receipt proves ${totals.targets.proven}`);
  return [...found, ...problems()];
}

for (const of of CASES) {
  test(`a plan that ${of.what} is carried out when the run before was killed at any call or record`, async (t) => {
    const openScene = await planOnce(t, of);
    const undisturbed = await openScene();
    const { code, stderr } = await undisturbed.spawn().ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual([undisturbed.requests(), undisturbed.problems()], [of.accounts.length, []]);
    const { calls } = undisturbed.emulator;
    const records = readRecords(undisturbed.folder).length;
    const [atCalls, atRecords] = [callPoints(calls), recordPoints(records)];
    const killed = async <P>(kill: (scene: Scene, point: P) => Promise<string[]>, point: P) => {
      const scene = await openScene();
      return [...(await kill(scene, point)), ...(await findResumeProblems(scene))];
    };
    const failed = [
      ...(await checkPoints(atCalls, (point) => killed(killRunAtCall, point))),
      ...(await checkPoints(atRecords, (point) => killed(killRunAtRecord, point))),
    ];
    const points = atCalls.length + atRecords.length;
    t.diagnostic(
      `${points} kill points at ${calls.length} calls and ${records} records; ${points - failed.length} resumed to the planned end`,
    );
    assert.deepEqual(failed, []);
  });
}
