/** Attacks on the files themselves: gone, empty, or exchanged at the worst moment. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestBody } from '../../src/core/signing/envelope.js';
import {
  assertAttackFails,
  assertTaken,
  createTarget,
  FILE,
  NOT_FITTING,
  readPlan,
  TRUST_ADA,
} from './attacks.js';
import { approving, CONFIG, ORGANIZATION, type Planned, SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const digestOf = async (target: Planned) => digestBody((await readPlan(target)).body);

test('trust file missing: the plan is refused', async (t) => {
  const target = await createTarget(t);
  await promises.rm(join(target.folder, 'trust.yaml'));
  await assertAttackFails(target, {
    code: 1,
    says: 'cannot read the trust file "./trust.yaml": there is no such file',
    hint: 'check the path',
  });
});

test('trust file missing: the one that lies beside the plan does not take its place', async (t) => {
  const target = await createTarget(t);
  await promises.rm(join(target.folder, CONFIG, 'trust.yaml'));
  for (const argv of [
    ['verify', FILE, '--policy', 'policy.yaml'],
    ['apply', FILE, '--policy', 'policy.yaml', '--confirm', ORGANIZATION],
  ]) {
    await assertRefused(target, {
      argv,
      code: 1,
      says: 'no trust file was given, and there is none at "./.config/rootsweep/trust.yaml"',
      hint: 'pass --trust FILE or set ROOTSWEEP_TRUST; "rootsweep keygen" prints what belongs in it',
    });
  }
  assert.deepEqual(target.calls(), []);
});

for (const [what, text, says] of [
  ['of no bytes', '', 'trust.yaml:1:1: the file is empty'],
  ['of a comment', '# nobody\n', 'trust.yaml:1:1: the file is empty'],
  ['of an empty mapping', '{}\n', /^trust\.yaml:1:1: the file has no version; /],
  [
    'without keys',
    'version: 1\nthreshold: { planner: 1 }\nkeys: []\n',
    /^trust\.yaml:3:7: .*rootsweep keygen/,
  ],
  ['that demands nothing', 'version: 1\nthreshold: { planner: 0 }\nkeys: []\n', /^trust\.yaml:2:23: /],
] as const) {
  test(`trust file empty, ${what}: the plan is refused`, async (t) => {
    const target = await createTarget(t);
    await target.write('trust.yaml', text);
    await assertAttackFails(target, {
      says,
      hint: 'correct it and try again; schemas/trust.schema.json describes every key',
    });
  });
}

/**
 * Does something right after a file was read, before anybody has looked at what was in it.
 * @returns the names of the files that were opened, once for each time.
 */
function watchReads(t: TestContext, afterRead: (name: string) => Promise<unknown>): string[] {
  const opened: string[] = [];
  const { open } = promises;
  const watched = t.mock.method(promises, 'open', async (...args: Parameters<typeof open>) => {
    const file = await open(...args);
    const name = basename(String(args[0]));
    opened.push(name);
    const close = file.close.bind(file);
    file.close = () => close().then(async () => void (await afterRead(name)));
    return file;
  });
  syncBuiltinESMExports();
  t.after(() => {
    watched.mock.restore();
    syncBuiltinESMExports();
  });
  return opened;
}

const TWO = `${SCENARIO}  - { id: "444444444444", name: other, joined: 2026-11-23T08:59:00Z, root: { password: true } }\n`;

/** Two plans under good signatures: a small one, in place, and a larger one, which deletes in one more account, which joined last. */
async function createTwo(t: TestContext): Promise<{ target: Planned; larger: string }> {
  const target = await createTarget(t, { scenario: TWO });
  const larger = await target.read(FILE);
  await target.resign((plan) => ({
    ...plan,
    accounts: plan.accounts.filter(({ id }) => id !== '444444444444'),
  }));
  await assertTaken(target);
  return { target, larger };
}

test('plan path swapped between verify and read: what apply verified is what it applies', async (t) => {
  const { target, larger } = await createTwo(t);
  const digest = await digestOf(target);
  const opened = watchReads(t, async (name) => {
    if (name === FILE) await target.write(FILE, larger);
    if (name === 'policy.yaml' || name === 'trust.yaml') await target.write(name, 'nothing: at all\n');
  });
  const { code, stderr } = await target.apply();
  assert.equal(code, 0, stderr);
  assert.deepEqual(target.deletions(), [
    'DeleteLoginProfile 333333333333',
    'DeactivateMFADevice 333333333333',
    'DeactivateMFADevice 333333333333',
  ]);
  for (const name of [FILE, 'policy.yaml', 'trust.yaml']) {
    assert.equal(opened.filter((it) => it === name).length, 1, `${name} was opened more than once`);
  }
  assert.match(stderr, new RegExp(`plan digest +sha256:${digest}\n`));
  assert.equal(await target.read(FILE), larger);
});

test('plan path swapped between verify and read: verify judges what it read', async (t) => {
  const { target, larger } = await createTwo(t);
  const digest = await digestOf(target);
  const opened = watchReads(t, async (name) => {
    if (name === FILE) await target.write(FILE, larger);
  });
  const { code, stdout } = await target.verify();
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`digest sha256:${digest}\n$`));
  assert.equal(opened.filter((name) => name === FILE).length, 1);
});

test('plan path swapped between verify and read: apply verifies what lies there, whatever verify saw', async (t) => {
  const target = await createTarget(t);
  assert.equal((await target.verify()).code, 0);
  await target.write(FILE, (await target.read(FILE)).replace('name: shop', 'name: shoq'));
  await assertAttackFails(target, { readers: ['apply'], ...NOT_FITTING() });
});

for (const [how, more] of [
  ['into the plan', []],
  ['beside the plan', ['--detached']],
] as const) {
  test(`plan path swapped while approve asks: no signature ${how} is of what nobody has read`, async (t) => {
    const { target, larger } = await createTwo(t);
    const digest = await digestOf(target);
    await target.run(['keygen', '--out', 'ada.pem']);
    await target.run(TRUST_ADA);
    watchReads(t, async (name) => {
      if (name === FILE) await target.write(FILE, larger);
    });
    const argv = approving('ada.pem', '--quiet', '--confirm', digest, ...more);
    const { code, stderr } = await target.run(argv);
    assert.equal(await target.read(FILE), larger);
    if (more.length > 0) {
      assert.equal(code, 0);
      const name = readdirSync(target.folder).find((it) => it.endsWith('.approval.yaml'));
      assert.ok(name?.startsWith(`org.plan.${digest.slice(0, 12)}.`));
      return;
    }
    assert.equal(code, 4);
    assert.equal(
      stderr,
      `Error: "${FILE}" was replaced in the meantime, and was not signed\n  → read the new plan, and sign that one\n`,
    );
  });
}
