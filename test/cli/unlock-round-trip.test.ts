/** From a policy that denies everyone to none, or another: `unlock` and `apply`, whatever happens on the way. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { FaultRule } from '../../src/emulator/faults/rule.js';
import type { AccountChange } from '../../src/emulator/state/change-account.js';
import type { RunOptions } from './harness.js';
import { locked, SCENARIO, SHOP, unlock } from './locked.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { cutAfterIntent, findJournal } from './recovery-journals.js';

interface Thing {
  readonly kind: 'bucket' | 'queue';
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly service: 's3' | 'sqs';
  /** What deletes its policy, and what replaces it. */
  readonly remove: string;
  readonly replace: string;
}

const THINGS: readonly Thing[] = [
  {
    kind: 'bucket',
    name: 'logs',
    region: 'eu-west-1',
    arn: 'arn:aws:s3:::logs',
    service: 's3',
    remove: 'DeleteBucketPolicy',
    replace: 'PutBucketPolicy',
  },
  {
    kind: 'queue',
    name: 'orders',
    region: 'eu-central-1',
    arn: `arn:aws:sqs:eu-central-1:${SHOP}:orders`,
    service: 'sqs',
    remove: 'SetQueueAttributes',
    replace: 'SetQueueAttributes',
  },
];

/** When whatever an earlier run did has long been seen. */
const LATER = { now: '2026-11-23T09:10:00Z' };

const FILES = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];

function replacementFor({ service, arn }: Thing): string {
  return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["${SHOP}"]},"Action":"${service}:*","Resource":"${arn}"}]}\n`;
}

/** Planned, and ready to be applied. */
async function plan(t: TestContext, thing: Thing, isReplaced = false) {
  const planned = await createPlanned(t, { scenario: SCENARIO });
  const { run, emulator, forget } = planned;
  await planned.write('new.json', replacementFor(thing));
  const argv = [
    ...unlock(thing.kind, SHOP, thing.arn),
    ...['--region', thing.region],
    ...(isReplaced ? ['--replacement', 'new.json'] : []),
  ];
  const { code, stderr } = await run(argv);
  assert.equal(code, 0, stderr);
  forget();
  return {
    ...planned,
    apply: (options?: RunOptions) =>
      run(['apply', 'unlock.plan.yaml', ...FILES, '--confirm', ORGANIZATION], options),
    policy: () => emulator.world.resources.get(thing.arn)?.policy,
    /** How often the policy was to be changed. */
    changes: () =>
      emulator.calls.filter(({ operation }) => [thing.remove, thing.replace].includes(operation)).length,
  };
}

for (const thing of THINGS) {
  const { kind, name, region, remove, replace } = thing;
  const target = `${kind} ${name} in ${region}`;
  const document = locked(thing.service);

  test(`unlock ${kind}, verify, apply: the policy is gone, and the journal and the receipt keep it`, async (t) => {
    const { run, read, apply, policy, changes, folder, emulator } = await plan(t, thing);
    const verified = await run(['verify', 'unlock.plan.yaml', ...FILES]);
    assert.equal(verified.code, 0, verified.stderr);
    const { code, stdout, stderr } = await apply();
    assert.equal(code, 0, stdout + stderr);
    assert.ok(stdout.includes(`✓ ${SHOP} shop, ${target}: done as planned, and proven\n`), stdout);
    assert.equal(policy(), undefined);
    assert.equal(changes(), 1);

    const journal = findJournal(folder);
    const intended = readFileSync(join(folder, journal), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"action-intended"'))
      .map((line) => JSON.parse(line) as { standing: string });
    assert.deepEqual(
      intended.map(({ standing }) => standing),
      [document],
    );
    const receipt = await run(['receipt', journal, '--out', 'r.receipt.yaml', '--key', 'key.pem']);
    assert.equal(receipt.code, 0, receipt.stderr);
    const text = await read('r.receipt.yaml');
    const request = emulator.calls.find(({ operation }) => operation === remove);
    assert.ok(text.includes(document) && text.includes(request?.requestId ?? '?'), text);
    const checked = await run(['verify', 'r.receipt.yaml', '--trust', 'trust.yaml', '--journal', journal]);
    assert.equal(checked.code, 0, checked.stderr);

    const again = await apply(LATER);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /done by an earlier run/);
    assert.equal(changes(), 1);
  });

  test(`unlock ${kind} --replacement, apply: the new policy stands there`, async (t) => {
    const { apply, policy, changes } = await plan(t, thing, true);
    const { code, stdout, stderr } = await apply();
    assert.equal(code, 0, stdout + stderr);
    assert.equal(policy(), replacementFor(thing));
    assert.equal(changes(), 1);
    const again = await apply(LATER);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(changes(), 1);
  });

  const spec = (policy: string | null) =>
    kind === 'bucket' ? { buckets: [{ name, region, policy }] } : { queues: [{ name, region, policy }] };
  const DRIFTS: readonly (readonly [what: string, change: AccountChange, isReplaced?: boolean])[] = [
    ['another policy', spec(document.replace('Lock', 'Other'))],
    ['the same policy with another blank', spec(document.replace('{', '{ '))],
    ['no policy any more', spec(null)],
    ['no policy any more, of one that is to be replaced', spec(null), true],
    ['the new policy already', spec(replacementFor(thing)), true],
    ['another name of the account', { name: 'renamed' }],
    ['another place of the account', { ou: '/Workloads' }],
  ];
  for (const [what, change, isReplaced = false] of DRIFTS) {
    test(`apply leaves a ${kind} alone that has ${what} since it was planned`, async (t) => {
      const { apply, changes, emulator, policy } = await plan(t, thing, isReplaced);
      emulator.changeAccount(SHOP, change);
      const before = policy();
      const { code, stdout, stderr } = await apply();
      assert.equal(code, 5, stdout + stderr);
      assert.ok(stdout.includes(`~ ${SHOP} shop, ${target}: changed since the plan, left alone\n`), stdout);
      assert.ok(stderr.includes(`run: rootsweep unlock ${kind} ${SHOP} ${name} `), stderr);
      assert.equal(changes(), 0);
      assert.equal(policy(), before);
    });
  }

  test(`apply does nothing where the ${kind} is gone, and takes that for no success`, async (t) => {
    const { apply, changes, emulator } = await plan(t, thing);
    emulator.changeAccount(SHOP, { remove: { buckets: ['logs'], queues: ['orders'] } });
    const { code, stdout, stderr } = await apply();
    assert.equal(code, 6, stdout + stderr);
    assert.match(stdout, /could not be looked at, left alone: .* has no (?:bucket|queue) /);
    assert.equal(changes(), 0);
  });

  if (kind === 'bucket') {
    test('apply leaves a bucket alone that is another one of the same name, in another region', async (t) => {
      const { apply, changes, emulator, policy } = await plan(t, thing);
      emulator.changeAccount(SHOP, { buckets: [{ name, region: 'us-west-2', policy: document }] });
      const { code, stdout, stderr } = await apply();
      assert.equal(code, 6, stdout + stderr);
      assert.match(stdout, /the account has no bucket logs in eu-west-1 any more/);
      assert.deepEqual([changes(), policy()], [0, document]);
    });
  }

  const operation = (isReplaced: boolean) => (isReplaced ? replace : remove);
  const FAULTS: readonly (readonly [what: string, fault: FaultRule['fault'], times: number, sent: number])[] =
    [
      ['throttles it', { kind: 'throttle' }, 2, 3],
      ['does it and loses the answer', { kind: 'drop', when: 'after-effect' }, 1, 1],
      ['loses the request', { kind: 'drop', when: 'before-effect' }, 1, 2],
      ['fails after it did it', { kind: 'http-error', status: 503, when: 'after-effect' }, 1, 1],
      ['answers what nobody can read', { kind: 'garbled', when: 'after-effect' }, 1, 1],
      ['shows it a little later', { kind: 'delayed-visibility', milliseconds: 400 }, 1, 1],
    ];
  for (const isReplaced of [false, true]) {
    const done = isReplaced ? 'replaces' : 'deletes';
    for (const [what, fault, times, sent] of FAULTS) {
      test(`apply ${done} the policy of a ${kind}, and proves it, where AWS ${what}`, async (t) => {
        const { apply, policy, changes, emulator } = await plan(t, thing, isReplaced);
        emulator.setFaults([{ match: { operation: operation(isReplaced), times }, fault }]);
        const { code, stdout, stderr } = await apply();
        assert.equal(code, 0, stdout + stderr);
        assert.equal(policy(), isReplaced ? replacementFor(thing) : undefined);
        assert.equal(changes(), sent);
      });
    }

    for (const isDone of [true, false]) {
      const when = isDone ? 'after' : 'before';
      test(`a run killed between intent and answer, ${when} AWS ${done} the policy of a ${kind}, is finished by the next`, async (t) => {
        const { apply, policy, changes, emulator, folder, forget } = await plan(t, thing, isReplaced);
        assert.equal((await apply()).code, 0);
        cutAfterIntent(folder);
        if (!isDone) emulator.changeAccount(SHOP, spec(document));
        forget();
        const { code, stdout, stderr } = await apply(LATER);
        assert.equal(code, 0, stdout + stderr);
        assert.equal(policy(), isReplaced ? replacementFor(thing) : undefined);
        assert.equal(changes(), isDone ? 0 : 1);
      });
    }
  }

  test(`apply calls a ${kind} failed whose policy AWS says it deleted, and did not`, async (t) => {
    const { apply, policy, emulator } = await plan(t, thing);
    emulator.setFaults([{ match: { operation: remove }, fault: { kind: 'lie' } }]);
    let now = Date.parse('2026-11-23T09:00:00Z');
    const clock = {
      now: () => new Date(now),
      sleep: async (milliseconds: number) => {
        now += milliseconds;
      },
      random: () => 0.5,
    };
    const { code, stdout } = await apply({ clock });
    assert.equal(code, 6);
    assert.match(stdout, /failed: AWS accepted the change .* does not show it after 60 s/);
    assert.equal(policy(), document);
  });
}
