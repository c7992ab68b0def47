/** A plan file that is cut off after each of its bytes, and one in which each byte is another. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';

const FILE = 'org.plan.yaml';
const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const COMMANDS = [
  ['verify', FILE, ...TRUSTED],
  ['apply', FILE, ...TRUSTED, '--confirm', ORGANIZATION],
];
/** The fewest bytes that a plan can have. */
const SMALL = `organization: { id: ${ORGANIZATION} }\naccounts: [{ id: "222222222222" }]\n`;

async function arrange(t: TestContext): Promise<Planned> {
  const planned = await createPlanned(t, { scenario: SMALL });
  assert.equal((await planned.plan()).code, 0);
  return planned;
}

/** Runs one of the commands on a file, each in its turn, and gives the code of the refusal. */
async function judge(planned: Planned, content: Buffer, turn: number): Promise<string> {
  await planned.write(FILE, content);
  // What can be read is shown, and is said to be refused (verdict.test.ts).
  const argv = COMMANDS[turn % COMMANDS.length] ?? [];
  const { code, stdout, stderr } = await planned.run([...argv, '--json']);
  assert.equal(code, 4, `${argv[0]} after byte ${turn}: ${stderr}`);
  assert.match(stderr, /^Error: [^\n]+\n {2}→ [^\n]+\n$/);
  return (JSON.parse(stdout) as { code: string }).code;
}

test('verify and apply refuse a plan that is cut off after any of its bytes', async (t) => {
  const planned = await arrange(t);
  const whole = Buffer.from(await planned.read(FILE));
  planned.forget();
  const verdicts = new Set<string>();
  for (let length = 0; length < whole.length; length += 1) {
    verdicts.add(await judge(planned, whole.subarray(0, length), length));
  }
  assert.deepEqual([...verdicts].sort(), ['PLAN_ENCODING', 'PLAN_INVALID', 'PLAN_SIGNATURE_MISSING']);
  assert.deepEqual(planned.calls(), []);
});

test('verify and apply refuse a plan in which any one bit of any byte is another', async (t) => {
  const planned = await arrange(t);
  const whole = Buffer.from(await planned.read(FILE));
  planned.forget();
  for (let index = 0; index < whole.length; index += 1) {
    const changed = Buffer.from(whole);
    changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
    assert.match(
      await judge(planned, changed, index),
      /^PLAN_(SIGNATURE_\w+|ENCODING|INVALID)$/,
      `byte ${index}`,
    );
  }
  assert.deepEqual(planned.calls(), []);
});
