import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlanned, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

const ARGV = ['plan', '--policy', 'policy.yaml', '--out', 'new.plan.yaml', '--key', 'key.pem'];
const HINT = 'correct it and try again; schemas/policy.schema.json describes every key';

const INVALID: readonly (readonly [when: string, policy: string | Buffer, says: string | RegExp])[] = [
  ['holds a NUL', 'version: 1\norganization: "o-\0"\n', /^policy\.yaml:2:15: /],
  ['has an open bracket', 'version: 1\ninclude: [{ name: a }\n', /^policy\.yaml:\d:\d+: not valid YAML: /],
  [
    'is indented with tabs',
    'version: 1\nlimits:\n\taccounts: 1\n',
    /^policy\.yaml:3:1: tabs are not allowed/,
  ],
  [
    'holds two documents',
    'version: 1\n---\nversion: 1\n',
    /^policy\.yaml:2:1: a second document starts here/,
  ],
  ['is a list', '- version: 1\n', /^policy\.yaml:1:1: /],
  ['has no version', 'include: []\n', /^policy\.yaml:1:1: /],
  ['has another version', 'version: 2\n', /^policy\.yaml:1:10: /],
  ['has a text for the version', 'version: "1"\n', /^policy\.yaml:1:10: /],
  ['has an unknown key', 'version: 1\nexcludes: []\n', /^policy\.yaml:2:1: .*did you mean "exclude"/],
  ['has a mapping for a list', 'version: 1\nexclude: { account: "222222222222" }\n', /^policy\.yaml:2:10: /],
  ['has a text for a number', 'version: 1\nlimits: { accounts: many }\n', /^policy\.yaml:2:21: /],
  ['has a number for a text', 'version: 1\nexpiresAfter: 72\n', /^policy\.yaml:2:15: /],
  ['deletes what there is not', 'version: 1\ndelete: [passwords]\n', /^policy\.yaml:2:10: .*"password"/],
  [
    'has an account id without quotes',
    'version: 1\nexclude: [{ account: 012345678901, reason: r }]\n',
    /^policy\.yaml:2:22: .*"012345678901"/,
  ],
  [
    'has an exclusion without a reason',
    'version: 1\nexclude: [{ account: "222222222222" }]\n',
    /^policy\.yaml:2:11: .*reason/,
  ],
  ['gives a key twice', 'version: 1\nversion: 1\n', /^policy\.yaml:2:1: duplicate key "version"/],
];

for (const [when, policy, says] of INVALID) {
  test(`plan is refused with the place in the file when the policy ${when}`, async (t) => {
    const planned = await createPlanned(t);
    await planned.write('policy.yaml', policy);
    await assertRefused(planned, { argv: ARGV, code: 4, says, hint: HINT });
  });
}

test('plan reads a policy that starts with a byte order mark', async (t) => {
  const planned = await createPlanned(t, { policy: '\ufeffversion: 1\n' });
  assert.equal((await planned.plan()).code, 0);
  assert.equal((await planned.verify()).code, 0);
});

test('plan tells every mistake of a policy at once', async (t) => {
  const planned = await createPlanned(t);
  await planned.write('policy.yaml', 'version: 1\ninclud: []\nlimits: { accounts: many, percent: 200 }\n');
  const { stderr } = await planned.plan();
  assert.match(
    stderr,
    /^Error: policy\.yaml:2:1: .+\n {7}policy\.yaml:3:21: .+\n {7}policy\.yaml:3:36: .+\n {2}→ .+\n$/,
  );
});

const SELECTIONS: readonly (readonly [when: string, policy: string])[] = [
  ['includes no account there is', 'include: [{ account: "999999999999" }]'],
  ['includes only the management account', 'include: [{ account: "111111111111" }]'],
  ['excludes every account', 'exclude: [{ name: "*", reason: none of them }]'],
  ['includes an OU that is empty', 'include: [{ ou: /Nowhere/** }]'],
];

for (const [when, policy] of SELECTIONS) {
  test(`plan ends with exit code 1 and writes nothing when the policy ${when}`, async (t) => {
    const planned = await createPlanned(t);
    await planned.write('policy.yaml', `version: 1\n${policy}\n`);
    await assertRefused(planned, {
      argv: ARGV,
      code: 1,
      says: 'the policy "policy.yaml" selects none of the 3 accounts of organization "o-exampleorgid"',
      hint: 'check include and exclude; without include, every active member account is selected',
      calls: true,
    });
    assert.ok(!planned.calls().some((call) => call.includes('AssumeRoot')));
  });
}

async function writeForeign({ write }: Planned): Promise<void> {
  await write('policy.yaml', 'version: 1\norganization: o-otherorgid00\n');
}

test('plan refuses a policy for another organization before it looks at any account', async (t) => {
  const planned = await createPlanned(t);
  await writeForeign(planned);
  await assertRefused(planned, {
    argv: ARGV,
    code: 4,
    says: 'the policy "policy.yaml" is for organization "o-otherorgid00", the credentials are for "o-exampleorgid"',
    hint: 'use credentials of that organization, or the policy of this one',
    calls: true,
  });
  assert.ok(!planned.calls().some((call) => call.includes('AssumeRoot')));
});

test('plan keeps the plan that is there when it is refused', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const before = await planned.read('org.plan.yaml');
  await writeForeign(planned);
  assert.equal((await planned.plan()).code, 4);
  assert.equal(await planned.read('org.plan.yaml'), before);
});
