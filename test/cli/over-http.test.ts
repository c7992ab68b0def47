/** Each command that calls AWS, once over HTTP: other tests hand requests to the emulator in the same process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness } from './harness.js';
import { SCENARIO as LOCKED, SHOP, unlock } from './locked.js';
import { createPlanned, ORGANIZATION, SCENARIO } from './planned.js';

const KEY = ['--key', 'key.pem'];
const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];

const STORIES: readonly (readonly [scenario: string, lines: readonly (readonly string[])[]])[] = [
  [
    SCENARIO,
    [
      ['doctor'],
      ['enable', '--confirm', ORGANIZATION],
      ['audit'],
      ['explain', '333333333333', '--policy', 'policy.yaml'],
      ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', ...KEY],
      ['witness', 'org.plan.yaml', ...TRUSTED, '--key', 'witness.pem'],
      ['notice', 'org.plan.yaml', '--trust', 'trust.yaml'],
      ['apply', 'org.plan.yaml', ...TRUSTED, '--confirm', ORGANIZATION],
    ],
  ],
  [
    LOCKED,
    [
      unlock('bucket', SHOP, 'logs'),
      ['apply', 'unlock.plan.yaml', ...TRUSTED, '--confirm', ORGANIZATION],
      [
        'recover',
        SHOP,
        '--reason',
        'a test',
        '--policy',
        'policy.yaml',
        '--out',
        'recover.plan.yaml',
        ...KEY,
      ],
    ],
  ],
];

for (const [scenario, lines] of STORIES) {
  test(`${lines.map(([command]) => command).join(', ')} work over HTTP`, async (t) => {
    const planned = await createPlanned(t, { over: 'http', scenario });
    const { run, read, write, server } = planned;
    const witness = ['keygen', '--out', 'witness.pem', '--name', 'wit', '--role', 'witness', '--quiet'];
    await write('trust.yaml', `${await read('trust.yaml')}${(await run(witness)).stdout}`);
    for (const line of lines) {
      const { received } = server;
      const { code, stderr } = await run(line);
      assert.equal(code, 0, `${line.join(' ')}: ${stderr}`);
      assert.ok(server.received > received, `${line.join(' ')} asked nothing`);
    }
  });
}

test('init works over HTTP', async (t) => {
  const { run, server } = await createHarness(t, SCENARIO, { over: 'http' });
  const { code, stderr } = await run(['init', '--alone']);
  assert.equal(code, 0, stderr);
  assert.ok(server.received > 0);
});
