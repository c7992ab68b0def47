/** Plan files that are not, byte for byte, what a trusted key signed. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { signPlan } from '../../src/signing/plan.js';
import { signingKeyOf } from '../signing/keys.js';
import { assertAttackFails, UNTRUSTED } from './attacks.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused, type Refusal } from './refused.js';

const FILE = 'org.plan.yaml';
const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const COMMANDS = [
  ['show', FILE, '--trust', 'trust.yaml'],
  ['verify', FILE, ...TRUSTED],
  ['apply', FILE, ...TRUSTED, '--confirm', ORGANIZATION],
];
async function arrange(t: TestContext): Promise<Planned> {
  const planned = await createPlanned(t);
  assert.equal((await planned.plan()).code, 0);
  return planned;
}

interface Broken extends Pick<Refusal, 'says' | 'hint'> {
  readonly when: string;
  readonly change: (text: string, planned: Planned) => string | Buffer | Promise<string | Buffer>;
}

const BROKEN: readonly Broken[] = [
  {
    when: 'one byte of an account was edited',
    change: (text) => text.replace('name: shop', 'name: shoq'),
    says: 'the signature of "planner" does not fit "org.plan.yaml": the plan was changed after it was signed, or the signature is of something else',
    hint: 'plan again; a signed plan is never edited',
  },
  {
    when: 'an untrusted key signed it',
    change: async (text, { run, read }) => {
      await run(['keygen', '--out', 'other.pem']);
      const { body } = decodeEnvelope(Buffer.from(text), FILE);
      return signPlan(body, signingKeyOf(createPrivateKey(await read('other.pem'))));
    },
    says: UNTRUSTED.says,
    hint: UNTRUSTED.hint,
  },
  {
    when: 'it has no signatures',
    change: (text) => text.slice(0, text.indexOf('---\n')),
    says: '"org.plan.yaml" carries no signature',
    hint: /^only a file that "rootsweep plan" wrote can be used/,
  },
  {
    when: 'its list of signatures is empty',
    change: (text) => text.replace(/(?<=---\nsignatures:\n)[\s\S]*/, ''),
    says: '"org.plan.yaml" carries no signature',
    hint: 'write the plan with "rootsweep plan --key KEY"',
  },
  {
    when: 'git made its line endings CRLF',
    change: (text) => text.replaceAll('\n', '\r\n'),
    says: '"org.plan.yaml" has CRLF line endings, so its signatures cannot fit',
    hint: /git's core\.autocrlf/,
  },
  {
    when: 'one line ending is CRLF',
    change: (text) => text.replace('\n', '\r\n'),
    says: '"org.plan.yaml" has CRLF line endings, so its signatures cannot fit',
    hint: /git's core\.autocrlf/,
  },
  {
    when: 'its last line feed is missing',
    change: (text) => text.slice(0, -1),
    says: '"org.plan.yaml" does not end with a line feed: it was cut off or edited',
    hint: /git's core\.autocrlf/,
  },
  {
    when: 'it starts with a byte order mark',
    change: (text) => `\ufeff${text}`,
    says: '"org.plan.yaml" starts with a byte order mark, which rootsweep never writes',
    hint: /^an editor added it/,
  },
  {
    when: 'it holds a NUL',
    change: (text) => text.replace('shop', 'sho\0'),
    says: /^the signature of "planner" does not fit/,
    hint: /./,
  },
  {
    when: 'it is not UTF-8',
    change: (text) => Buffer.from(text.replace('shop', 'sh\u00f6p'), 'latin1'),
    says: /^the signature of "planner" does not fit/,
    hint: /./,
  },
  {
    when: 'it was signed twice',
    change: (text) => `${text}${text.slice(text.indexOf('---\n'))}`,
    says: '"org.plan.yaml" has a signature section that rootsweep did not write',
    hint: /plan again$/,
  },
];

for (const { when, change, says, hint } of BROKEN) {
  test(`show, verify and apply refuse a plan when ${when}`, async (t) => {
    const planned = await arrange(t);
    const before = await planned.read(FILE);
    const after = await change(before, planned);
    assert.notDeepEqual(Buffer.from(after), Buffer.from(before));
    await planned.write(FILE, after);
    planned.forget();
    await assertAttackFails(planned, { says, hint });
  });
}

test('verify and apply refuse a plan when it has expired, with the moment', async (t) => {
  const planned = await arrange(t);
  for (const argv of COMMANDS.slice(1)) {
    await assertRefused(planned, {
      argv,
      options: { now: '2026-11-26T09:00:00Z' },
      code: 4,
      says: 'the plan expired at 2026-11-26T09:00:00Z',
      hint: 'plan again; policies set the time with expiresAfter',
    });
  }
});

test('show still shows a plan that has expired', async (t) => {
  const planned = await arrange(t);
  const { code, stdout } = await planned.run(['show', FILE], { now: '2027-11-26T09:00:00Z' });
  assert.equal(code, 0);
  assert.match(stdout, /good until 2026-11-26T09:00:00Z/);
});
