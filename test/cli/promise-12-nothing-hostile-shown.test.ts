import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasInvisible } from '../../src/core/base/text.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { createPlanned } from './planned.js';

const HOSTILE: Readonly<Record<string, string>> = {
  'an ANSI colour': 'a\u001b[31mred\u001b[0m',
  'a cursor move': 'a\u001b[2J\u001b[1;1Hgone',
  'an OSC 8 link': '\u001b]8;;https://example.com\u0007click\u001b]8;;\u0007',
  'an 8-bit control sequence': 'a\u009b31mred',
  'a direction override': 'safe\u202egnp.exe',
  'a zero width space': 'sand\u200bbox',
  'a line break and a workflow command': 'x\n::set-output name=a::b',
  'a workflow command': '::error file=a::pwned',
  'an old workflow command': 'x##[error]pwned',
  'a carriage return': 'safe\rEVIL',
  'a tag character': 'a\u{e0041}b',
  YAML: 'x: [*alias, &anchor, !tag] # comment',
};

for (const [what, name] of Object.entries(HOSTILE)) {
  test(`no command shows ${what} in a name as it is, and every file keeps the name`, async (t) => {
    const scenario: Scenario = {
      organization: { id: 'o-exampleorgid', managementAccount: '111111111111' },
      accounts: [
        { id: '111111111111' },
        {
          id: '333333333333',
          name,
          email: `${name}@example.com`,
          ou: `/${name.replaceAll('%', '%25').replaceAll('/', '%2F')}`,
          tags: { stage: 'prod', [name]: name },
          root: { password: true, mfaDevices: 1 },
        },
        { id: '444444444444', name, root: { password: true } },
      ],
    };
    const { plan, apply, run, emulator, read } = await createPlanned(t, {
      scenario,
      policy: 'version: 1\ninclude: [{ tags: { stage: prod } }, { account: "444444444444" }]\n',
    });
    const results = [await run(['audit']), await run(['audit', '--json']), await plan()];
    const planText = await read('org.plan.yaml');
    assert.equal(results[2]?.code, 0, results[2]?.stderr);
    emulator.changeAccount('444444444444', { name: `${name} again` });
    results.push(
      await run(['show', 'org.plan.yaml']),
      await run(['show', 'org.plan.yaml', '--json']),
      await apply(),
    );
    assert.equal(results.at(-1)?.code, 5);

    const output = [...results.flatMap(({ stdout, stderr }) => [stdout, stderr]), planText].join('\n');
    for (const line of output.split('\n')) {
      assert.ok(!hasInvisible(line), JSON.stringify(line));
      assert.doesNotMatch(line.trimStart(), /^::/);
    }
    for (const text of [results[0], results[2], results[3], results[5]])
      assert.ok(!text?.stdout.includes('##['));
    const shown = JSON.parse(results[4]?.stdout ?? '{}') as {
      plan: { accounts: { id: string; name: string }[] };
    };
    assert.equal(shown.plan.accounts.find(({ id }) => id === '333333333333')?.name, name);
  });
}

test('colour is used on a terminal, and only there', async (t) => {
  const { run } = await createPlanned(t);
  const terminal = { stdin: false, stdout: true, stderr: true };
  const csi = '\u001b[';
  assert.ok((await run(['audit'], { terminal, env: {} })).stdout.includes(csi));
  assert.ok(!(await run(['audit'], { env: {} })).stdout.includes(csi));
  assert.ok(!(await run(['audit'], { terminal, env: { NO_COLOR: '1' } })).stdout.includes(csi));
  assert.ok(!(await run(['audit', '--no-color'], { terminal, env: {} })).stdout.includes(csi));
});
