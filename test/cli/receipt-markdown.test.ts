import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { findBroken } from '../views/format/markdown.js';
import { HOSTILE } from '../views/hostile.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { createStory, nameIds, withReceipt } from './receipts.js';

const MARKDOWN = `# Receipt: deletion of root credentials

|  |  |
| --- | --- |
| organization | \`o-exampleorgid\` |
| plan | \`00000000-0000-4000-8000-000000000001\` |
| plan digest | \`sha256:PLAN\` |
| policy digest | \`sha256:POLICY\` |
| journal digest | \`sha256:JOURNAL\`, 30 lines |
| credentials | 5 gone, 0 not-proven, 0 not-attempted |
| accounts | 2 done, 0 done-earlier, 1 drifted, 0 unknown, 0 failed, 0 not-started, 0 never-ended |

## Runs

| run | signed by operator | caller | host, process, program | started | ended | plan signed by |
| --- | --- | --- | --- | --- | --- | --- |
| 1: \`00000000-0000-4000-8000-000000000002\` | \`planner\` (\`KEY\`) | \`arn:aws:iam::111111111111:user/operator\` | \`test-host\`, 4242, \`TOOL\` | \`2026-11-23T09:00:00Z\` | \`2026-11-23T09:00:00Z\`, exit code 6 | \`planner\` as planner (\`KEY\`) |
| 2: \`00000000-0000-4000-8000-000000000003\` \`--only 555555555555\` | \`planner\` (\`KEY\`) | \`arn:aws:iam::111111111111:user/operator\` | \`test-host\`, 4242, \`TOOL\` | \`2026-11-23T10:00:00Z\` | \`2026-11-23T10:00:00Z\`, exit code 0 | \`planner\` as planner (\`KEY\`) |

## \`333333333333\` \`shop\`: done

- run 1, \`2026-11-23T09:00:00Z\`: done

### \`password\`

- before: \`created 2019-02-04T00:00:00Z\`, listed in run 1 at \`2026-11-23T09:00:00Z\`
- run 1, \`2026-11-23T09:00:00Z\`, session \`session-333-2\`: deleted at \`2026-11-23T09:00:00Z\`, request \`DeleteLoginProfile-333-1\`
- after: **gone**, not there in run 1 at \`2026-11-23T09:00:00Z\`, request \`GetLoginProfile-333\`

### \`mfa-device arn:aws:iam::333333333333:mfa/first\`

- before: \`created 2019-02-05T00:00:00Z\`, listed in run 1 at \`2026-11-23T09:00:00Z\`
- run 1, \`2026-11-23T09:00:00Z\`, session \`session-333-2\`: deleted at \`2026-11-23T09:00:00Z\`, request \`DeactivateMFADevice-333-1\`
- after: **gone**, not there in run 1 at \`2026-11-23T09:00:00Z\`, request \`ListMFADevices-333\`

### \`mfa-device arn:aws:iam::333333333333:mfa/second\`

- before: \`created 2019-02-06T00:00:00Z\`, listed in run 1 at \`2026-11-23T09:00:00Z\`
- run 1, \`2026-11-23T09:00:00Z\`, session \`session-333-2\`: deleted at \`2026-11-23T09:00:00Z\`, request \`DeactivateMFADevice-333-2\`
- after: **gone**, not there in run 1 at \`2026-11-23T09:00:00Z\`, request \`ListMFADevices-333\`

## \`444444444444\` \`moved\`: drifted

- run 1, \`2026-11-23T09:00:00Z\`: drifted
  - planned: \`name: moved\`, \`state: ACTIVE\`, \`ou: /\`, \`parents: r-ab12\`, \`joined: 2022-12-09T00:00:00Z CREATED\`
  - found: \`name: moved on\`, \`state: ACTIVE\`, \`ou: /\`, \`parents: r-ab12\`, \`joined: 2022-12-09T00:00:00Z CREATED\`

## \`555555555555\` \`stubborn\`: done

- run 1, \`2026-11-23T09:00:00Z\`: failed: \`DeactivateMFADevice failed: AccessDenied: denied\`
- run 2, \`2026-11-23T10:00:00Z\`: done

### \`password\`

- before: \`created 2019-04-04T00:00:00Z, last used 2020-05-06T07:08:09Z\`, listed in run 1 at \`2026-11-23T09:00:00Z\`
- run 1, \`2026-11-23T09:00:00Z\`, session \`session-555-2\`: deleted at \`2026-11-23T09:00:00Z\`, request \`DeleteLoginProfile-555-1\`
- after: **gone**, not there in run 1 at \`2026-11-23T09:00:00Z\`, request \`GetLoginProfile-555\`

### \`mfa-device arn:aws:iam::555555555555:mfa/only\`

- before: \`created 2019-04-05T00:00:00Z\`, listed in run 2 at \`2026-11-23T10:00:00Z\`
- run 1, \`2026-11-23T09:00:00Z\`, session \`session-555-2\`: refused at \`2026-11-23T09:00:00Z\`, request \`DeactivateMFADevice-555-1\`: \`DeactivateMFADevice failed: AccessDenied: denied\`
- run 2, \`2026-11-23T10:00:00Z\`, session \`session-555-3\`: deleted at \`2026-11-23T10:00:00Z\`, request \`DeactivateMFADevice-555-2\`
- after: **gone**, not there in run 2 at \`2026-11-23T10:00:00Z\`, request \`ListMFADevices-555\`
`;

test('receipt --format markdown tells a deletion, a drift, a failure and the run that continued', async (t) => {
  const story = await createStory(t);
  const { code, stdout, stderr } = await story.receipt('--format', 'markdown');
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(await nameIds(stdout, story), MARKDOWN);
});

const NAMES: readonly (readonly [what: string, name: string])[] = [
  ...HOSTILE,
  ['a backtick', '`<img src=x>`'],
  ['the end of a cell', 'a | b \\| c `|` d'],
  ['HTML', '<script>alert(1)</script><!--'],
  ['a mention', '@octocat #1 octo/repo#1'],
  ['a link', '[a](javascript:x) ![b](http://x.example) www.example.com'],
  ['a heading', '# Receipt'],
  ['YAML', 'x: [*alias, &anchor, !tag] # comment'],
];
for (const [what, name] of NAMES) {
  test(`no form of a receipt shows ${what} in a name as it is, and none loses it`, async (t) => {
    const scenario: Scenario = {
      organization: { id: ORGANIZATION, managementAccount: '111111111111' },
      accounts: [{ id: '111111111111' }, { id: '333333333333', name, root: { password: true } }],
    };
    const planned = await createPlanned(t, { scenario });
    await planned.plan();
    const applied = await planned.apply();
    assert.equal(applied.code, 0, applied.stderr);
    const { receipt, sign, verifyReceipt, journal } = withReceipt(planned);

    const markdown = (await receipt('--format', 'markdown')).stdout;
    assert.deepEqual(findBroken(markdown), []);
    const json = (await receipt('--json')).stdout;
    assert.equal(json.indexOf('\n'), json.length - 1);
    const { accounts } = JSON.parse(json) as { accounts: { name: string }[] };
    assert.deepEqual(
      accounts.map((account) => account.name),
      [name],
    );
    for (const text of [markdown, json, await sign()]) {
      assert.doesNotMatch(
        text,
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
      );
      assert.doesNotMatch(text, /^\s*::/m);
    }
    assert.equal((await verifyReceipt('--journal', journal)).code, 0);
  });
}
