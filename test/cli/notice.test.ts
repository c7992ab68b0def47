/** What owners are told, before anything is deleted. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlanned, SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';

const POLICY = 'version: 1\nnotBefore: 24h\n';
const TEXT = `# The root credentials of AWS account \`333333333333\` \`shop\` are to be deleted

These credentials of the account's root user stand in a signed plan, and go at any time from \`24h\` after the plan is approved until \`2026-11-26T09:00:00Z\`:

- \`password\`: \`created 2019-02-04T00:00:00Z\`
- \`mfa-device arn:aws:iam::333333333333:mfa/first\`: \`created 2019-02-05T00:00:00Z\`
- \`mfa-device arn:aws:iam::333333333333:mfa/second\`: \`created 2019-02-06T00:00:00Z\`
`;

test('notice prints what goes, and when, and reads nothing but who calls and the accounts', async (t) => {
  const { plan, run, forget, calls } = await createPlanned(t, { policy: POLICY });
  await plan();
  forget();
  const { code, stdout, stderr } = await run(['notice', 'org.plan.yaml']);
  assert.equal(code, 0);
  assert.ok(stdout.startsWith(TEXT), stdout);
  assert.equal(stderr, 'Signatures were not checked; pass --trust, or run: rootsweep verify\n');
  assert.deepEqual(
    calls()
      .map((call) => call.split(' ')[1])
      .sort(),
    ['DescribeOrganization', 'GetCallerIdentity', 'ListAccounts', 'ListOrganizationsFeatures'],
  );
});

test('notice --json prints an object for each account', async (t) => {
  const { plan, run } = await createPlanned(t, { policy: POLICY });
  await plan();
  const { stdout } = await run(['notice', 'org.plan.yaml', '--json', '--trust', 'trust.yaml']);
  const { type, account, email, notBefore, going, markdown } = JSON.parse(stdout);
  assert.deepEqual(
    [type, account, email, notBefore, going.length],
    ['notice', '333333333333', 'aws+333333333333@example.com', '24h', 3],
  );
  assert.ok(markdown.startsWith(TEXT));
});

test('notice --out writes a text and a mail for each account, and nothing else', async (t) => {
  const { plan, run, read, folder } = await createPlanned(t, { policy: POLICY });
  await plan();
  const argv = ['notice', 'org.plan.yaml', '--out', 'notices', '--from', 'security@example.com'];
  const { code, stdout } = await run(argv);
  assert.equal(code, 0);
  assert.equal(stdout, '2 files for 1 account: "notices".\n');
  assert.deepEqual(readdirSync(join(folder, 'notices')), ['333333333333.eml', '333333333333.md']);
  assert.ok((await read('notices/333333333333.md')).startsWith(TEXT));
  const mail = await read('notices/333333333333.eml');
  assert.match(mail, /^Date: Mon, 23 Nov 2026 09:00:0\d \+0000\r\nFrom: security@example.com\r\nTo: aws\+3/);
});

test('notice says which mail has no recipient, because the account has no address that a mail could name', async (t) => {
  const scenario = SCENARIO.replace('name: shop', 'name: shop\n    email: "schön@example.com"');
  const { plan, run, read } = await createPlanned(t, { scenario, policy: POLICY });
  await plan();
  const argv = ['notice', 'org.plan.yaml', '--out', 'notices', '--from', 'security@example.com'];
  const { code, stderr } = await run(argv);
  assert.equal(code, 0);
  assert.match(stderr, /^The mail to 333333333333 names no recipient: "schön@example.com" is no address/);
  assert.doesNotMatch(await read('notices/333333333333.eml'), /^To:/m);
  const json = await run([...argv, '--out', 'others', '--json']);
  assert.deepEqual(JSON.parse(json.stdout).unaddressed, ['333333333333']);
});

test('notice --template says it in other words', async (t) => {
  const { plan, run, write } = await createPlanned(t);
  await plan();
  await write('notice.md', 'Account {{account}}\n{{credentials}}\n{{when}}\n');
  const { stdout } = await run(['notice', 'org.plan.yaml', '--template', 'notice.md']);
  assert.match(
    stdout,
    /^Account `333333333333`\n- `password`: .*\n.*\n.*\nat any time until `2026-11-26T09:00:00Z`\n$/,
  );
});

const REFUSALS = [
  {
    what: 'a template that says what there is not',
    argv: ['--template', 'bad.md'],
    code: 4,
    says: 'bad.md:1:1: nothing is called "{{acount}}"; did you mean {{account}}?',
    hint: 'correct it and try again; "rootsweep notice --help" lists what a template can say',
  },
  {
    what: 'a folder that is there',
    argv: ['--out', 'here'],
    code: 1,
    says: 'cannot write to "./here": it exists already',
    hint: 'rootsweep never overwrites it; move it away or choose another name',
  },
  {
    what: 'a folder in a folder that is not there',
    argv: ['--out', 'nowhere/notices'],
    code: 1,
    says: 'cannot write to "./nowhere/notices": its folder does not exist',
    hint: 'check the path and its permissions',
  },
  {
    what: 'a sender that is no address',
    argv: ['--out', 'notices', '--from', 'Security <security@example.com>'],
    code: 1,
    says: '--from takes an address, not "Security <security@example.com>"',
    hint: 'for example: --from security@example.com',
  },
  {
    what: 'a sender without a folder',
    argv: ['--from', 'security@example.com'],
    code: 1,
    says: '--from writes mails, and there is no folder for them',
    hint: 'pass --out FOLDER, too',
  },
  {
    what: 'an expired plan',
    argv: ['--out', 'notices'],
    options: { now: '2026-12-24T09:00:00Z' },
    code: 4,
    says: 'the plan expired at 2026-11-26T09:00:00Z',
    hint: 'plan again; policies set the time with expiresAfter',
  },
];
for (const { what, argv, ...refusal } of REFUSALS) {
  test(`notice refuses ${what}, and writes nothing`, async (t) => {
    const planned = await createPlanned(t);
    await planned.plan();
    await planned.write('bad.md', '{{acount}}\n{{credentials}}\n');
    await planned.write('here', 'a file');
    planned.forget();
    await assertRefused(planned, { argv: ['notice', 'org.plan.yaml', ...argv], ...refusal });
  });
}

test('notice refuses a plan that findings stop', async (t) => {
  const scenario = SCENARIO.replace('password: { created: 2019-02-04T00:00:00Z }', '$&\n      accessKeys: 1');
  const planned = await createPlanned(t, { scenario });
  await planned.plan();
  planned.forget();
  await assertRefused(planned, {
    argv: ['notice', 'org.plan.yaml', '--out', 'notices'],
    code: 3,
    says: 'the plan is blocked by 1 finding',
    hint: /^see them with "rootsweep show"/,
  });
});

test('notice --trust refuses a plan that no trusted key signed, and asks AWS for nothing', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  const { stdout } = await planned.run(['keygen', '--out', 'other.pem', '--name', 'other', '--quiet']);
  await planned.write('other.yaml', `version: 1\nthreshold: { planner: 1 }\nkeys:\n${stdout}`);
  planned.forget();
  await assertRefused(planned, {
    argv: ['notice', 'org.plan.yaml', '--trust', 'other.yaml', '--out', 'notices'],
    code: 4,
    says: /^"org\.plan\.yaml" has no signature by a planner that "other\.yaml" trusts/,
    hint: /^if the signer is to be trusted, run: /,
  });
});
