import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEnvelope, digestBody } from '../../src/core/signing/envelope.js';
import { signingKeyOf } from '../signing/keys.js';
import { createPlanned, NO_CONFIG, ORGANIZATION, type Planned } from './planned.js';

/** Each breaks a good plan in one way; nothing may be asked of AWS, and nothing deleted. */
const REFUSALS: readonly {
  readonly when: string;
  readonly breakIt: (planned: Planned) => Promise<unknown>;
  readonly now?: string;
  readonly says: RegExp;
  /** 4 unless given. */
  readonly code?: number;
}[] = [
  {
    when: 'one byte of the plan was edited',
    breakIt: (it) => edit(it, (text) => text.replace('2019-02-04', '2019-02-05')),
    says: /^Error: the signature of "planner" does not fit "org\.plan\.yaml": the plan was changed after it was signed, or the signature is of something else\n/,
  },
  {
    when: 'a comment was added to the plan',
    breakIt: (it) => edit(it, (text) => text.replace('applicable: true', 'applicable: true # looks good')),
    says: /^Error: the signature of "planner" does not fit/,
  },
  {
    when: 'a document was appended to the plan',
    breakIt: (it) => edit(it, (text) => `${text}---\nversion: 1\n`),
    says: /^Error: "org\.plan\.yaml" has a signature section that rootsweep did not write\n/,
  },
  {
    when: 'an untrusted key signed the plan',
    breakIt: async (it) => {
      await it.run(['keygen', '--out', 'other.pem']);
      return it.plan('--key', 'other.pem');
    },
    says: /^Error: "org\.plan\.yaml" has no signature by a planner that "trust\.yaml" trusts\n/,
  },
  {
    when: 'the plan carries no signature',
    breakIt: (it) => edit(it, (text) => text.slice(0, text.indexOf('---\n'))),
    says: /^Error: "org\.plan\.yaml" carries no signature\n/,
  },
  {
    when: 'more signatures are demanded than there are',
    breakIt: async (it) => {
      const argv = ['keygen', '--out', 'second.pem', '--name', 'second', '--role', 'approver', '--quiet'];
      const { stdout } = await it.run(argv);
      const trust = await it.read('trust.yaml');
      return it.write('trust.yaml', `${trust.replace('planner: 1', 'planner: 1, approver: 1')}${stdout}`);
    },
    says: /^Error: "org\.plan\.yaml" needs 1 more approver signature; signed so far: "planner" \(planner\)\n/,
    code: 7,
  },
  {
    when: 'the trust file revokes the plan',
    breakIt: async (it) => {
      const file = Buffer.from(await it.read('org.plan.yaml'));
      const digest = digestBody(decodeEnvelope(file, 'org.plan.yaml').body);
      const revoked = `revoked: [{ plan: "${digest}", reason: an owner objected }]\n`;
      return it.write('trust.yaml', `${await it.read('trust.yaml')}${revoked}`);
    },
    says: /^Error: "org\.plan\.yaml" is revoked by "trust\.yaml": "an owner objected"\n/,
  },
  {
    when: 'the plan has expired',
    breakIt: async () => undefined,
    now: '2026-11-26T09:00:00Z',
    says: /^Error: the plan expired at 2026-11-26T09:00:00Z\n/,
  },
  {
    when: 'the plan comes from the future',
    breakIt: async () => undefined,
    now: '2026-11-23T08:54:00Z',
    says: /^Error: the plan was created at 2026-11-23T09:00:00Z, which is still to come\n/,
  },
  {
    when: 'the policy changed after planning',
    breakIt: (it) => it.write('policy.yaml', 'version: 1\nblocking: account\n'),
    says: /^Error: the plan was made with another policy than "policy\.yaml" is now\n/,
  },
];

async function edit({ read, write }: Planned, change: (text: string) => string): Promise<void> {
  const before = await read('org.plan.yaml');
  const after = change(before);
  assert.notEqual(after, before);
  await write('org.plan.yaml', after);
}

for (const { when, breakIt, now, says, code: expected = 4 } of REFUSALS) {
  test(`verify and apply refuse when ${when}`, async (t) => {
    const planned = await createPlanned(t);
    assert.equal((await planned.plan()).code, 0);
    assert.equal((await planned.verify()).code, 0);
    await breakIt(planned);
    planned.forget();
    const options = now === undefined ? {} : { now };
    for (const { code, stdout, stderr } of [
      await planned.verify(options),
      await planned.apply(['--confirm', ORGANIZATION], options),
    ]) {
      assert.equal(code, expected);
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.match(stderr, /\n {2}→ .+\n$/);
    }
    assert.deepEqual(planned.calls(), []);
  });
}

test('apply refuses a plan of another organization', async (t) => {
  const planned = await createPlanned(t);
  const other = await createPlanned(t, {
    scenario:
      'organization: { id: o-otherorgid00, managementAccount: "999999999999" }\naccounts: [{ id: "222222222222" }]\n',
  });
  await planned.plan();
  const aws = {
    endpoint: other.server.url,
    region: 'us-east-1',
    credentials: other.emulator.callerCredentials(),
  };
  const { code, stderr } = await planned.apply(['--confirm', ORGANIZATION], { aws });
  assert.equal(code, 4);
  assert.match(
    stderr,
    /^Error: the plan is for organization "o-exampleorgid", the credentials are for "o-otherorgid00"\n/,
  );
  assert.deepEqual(other.deletions(), []);
});

test('apply refuses a trusted plan whose spelling is not its own', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { signPlan } = await import('../../src/signing/plan.js');
  const { body } = decodeEnvelope(Buffer.from(await planned.read('org.plan.yaml')), 'org.plan.yaml');
  const commented = body.toString().replace('applicable: true', 'applicable: true # looks good');
  await planned.write('org.plan.yaml', await signPlan(Buffer.from(commented), signingKeyOf(planned.key)));
  planned.forget();
  const { code, stderr } = await planned.apply();
  assert.equal(code, 4);
  assert.match(stderr, /^Error: "org\.plan\.yaml" is not spelled as rootsweep spells a plan\n/);
  assert.deepEqual(planned.calls(), []);
});

test('apply takes no trust file from beside the plan unless it is named', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.forget();
  const { code, stderr } = await planned.run(
    ['apply', 'org.plan.yaml', '--policy', 'policy.yaml', '--confirm', ORGANIZATION],
    NO_CONFIG,
  );
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Error: no trust file was given, and there is none at "\/nowhere\/rootsweep\/trust\.yaml"\n/,
  );
  assert.deepEqual(planned.calls(), []);
});

test('apply refuses a blocked plan with exit code 3', async (t) => {
  const planned = await createPlanned(t, {
    policy: 'version: 1\nexclude: [{ account: "999999999999", reason: never existed }]\n',
  });
  assert.equal((await planned.plan()).code, 3);
  planned.forget();
  const { code, stderr } = await planned.apply();
  assert.equal(code, 3);
  assert.match(stderr, /^Error: the plan is blocked by 1 finding\n/);
  assert.deepEqual(planned.calls(), []);
});

test('apply refuses an older plan when a newer one of the same policy was applied', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const old = await planned.read('org.plan.yaml');
  await planned.run(['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'], {
    now: '2026-11-23T10:00:00Z',
  });
  assert.equal((await planned.apply(undefined, { now: '2026-11-23T10:05:00Z' })).code, 0);
  await planned.write('org.plan.yaml', old);
  planned.forget();
  const { code, stderr } = await planned.apply(undefined, { now: '2026-11-23T10:10:00Z' });
  assert.equal(code, 4);
  assert.match(
    stderr,
    /^Error: a newer plan of organization "o-exampleorgid", made at 2026-11-23T10:00:00Z, was applied already \("org\.plan\.\w{12}\.journal\.jsonl"\)\n {2}→ plan again; an older plan is never applied after a newer one\n$/,
  );
  assert.deepEqual(planned.calls(), []);
});
