import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEnvelope, digestBody } from '../../src/core/signing/envelope.js';
import { parsePlan } from '../../src/files/plan/plan.js';
import { createPlanned, NO_CONFIG, type Planned } from './planned.js';

const FILE = 'org.plan.yaml';

async function readBody({ read }: Planned): Promise<Buffer> {
  return decodeEnvelope(Buffer.from(await read(FILE)), FILE).body;
}

test('show prints what plan printed, where the plan comes from, and whose word it is', async (t) => {
  const planned = await createPlanned(t);
  const made = await planned.plan();
  planned.forget();
  const { code, stdout, stderr } = await planned.run(['show', FILE, '--trust', 'trust.yaml']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    `Signatures complete: signed by "planner" (planner). The policy was not checked.

${made.stdout}
Planned by arn:aws:iam::111111111111:user/operator at 2026-11-23T09:00:00Z with policy "policy.yaml"; good until 2026-11-26T09:00:00Z.
Digest sha256:${digestBody(await readBody(planned))}
`,
  );
  assert.deepEqual(planned.calls(), []);
});

test('show says that it checked no signatures when no trust file is given', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { code, stdout } = await planned.run(['show', FILE], NO_CONFIG);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^Unverified: Signatures were not checked, because no trust file was found\.\n {2}→ pass --trust FILE\n\n/,
  );
});

for (const flags of [['--json'], ['--format', 'json']]) {
  test(`show ${flags.join(' ')} prints the whole plan as one object`, async (t) => {
    const planned = await createPlanned(t);
    await planned.plan();
    const { code, stdout, stderr } = await planned.run(['show', FILE, '--trust', 'trust.yaml', ...flags]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^[^\n]+\n$/);
    const body = await readBody(planned);
    const { verdict, ...object } = JSON.parse(stdout) as {
      verdict: { kind: string; signers: { name: string }[] };
    };
    assert.deepEqual(object, {
      version: 1,
      type: 'plan',
      redacted: false,
      digest: digestBody(body),
      plan: JSON.parse(JSON.stringify(parsePlan(body, FILE))),
    });
    assert.equal(verdict.kind, 'good');
    assert.deepEqual(
      verdict.signers.map(({ name }) => name),
      ['planner'],
    );
  });
}

test('show --json gives the verdict unverified when no trust file is given', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { stdout } = await planned.run(['show', FILE, '--json'], NO_CONFIG);
  assert.deepEqual((JSON.parse(stdout) as { verdict: unknown }).verdict, { kind: 'unverified' });
});

test('show says of a blocked plan what blocks it, and exits 0', async (t) => {
  const planned = await createPlanned(t, {
    policy: 'version: 1\nexclude: [{ account: "999999999999", reason: never existed }]\n',
  });
  assert.equal((await planned.plan()).code, 3);
  const { code, stdout } = await planned.run(['show', FILE], NO_CONFIG);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^Blocked: 1 finding stops this plan; it cannot be applied\. Signatures were not checked\.\n\nrootsweep would delete root credentials in 1 of 3 accounts/,
  );
  assert.match(
    stdout,
    /\nBlocked: 1 finding stops this plan; it cannot be applied\.\n {2}selector-unmatched: /,
  );
});

test('show --format json prints an error as one object too', async (t) => {
  const planned = await createPlanned(t);
  const { code, stdout } = await planned.run(['show', FILE, '--format', 'json']);
  assert.equal(code, 1);
  assert.match(stdout, /^\{"version":1,"type":"error","code":"FILE_NOT_FOUND",[^\n]+\}\n$/);
});
