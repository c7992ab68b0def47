/** What the tests of attacks share: a good plan that somebody attacks, and everybody who reads it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  type Signature,
} from '../../src/core/signing/envelope.js';
import { signPlan } from '../../src/signing/plan.js';
import { signingKeyOf } from '../signing/keys.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused, type Refusal } from './refused.js';

export const FILE = 'org.plan.yaml';
const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];

const READERS = {
  show: ['show', FILE, '--trust', 'trust.yaml'],
  verify: ['verify', FILE, ...TRUSTED],
  apply: ['apply', FILE, ...TRUSTED, '--confirm', ORGANIZATION],
  approve: [
    ...['approve', FILE, '--trust', 'trust.yaml', '--key', 'key.pem'],
    ...['--quiet', '--confirm', '0'.repeat(64)],
  ],
} as const;
type Reader = keyof typeof READERS;

export const ALL: readonly Reader[] = ['show', 'verify', 'apply', 'approve'];
/** Those that show a plan, or act on it; `approve` asks first. */
export const ALL_WHO_TRUST: readonly Reader[] = ['show', 'verify', 'apply'];

/** Lets the key ada.pem approve. */
export const TRUST_ADA: readonly string[] = [
  ...['trust', 'add', '--trust', 'trust.yaml', '--from', 'ada.pem', '--name', 'ada'],
  ...['--role', 'approver'],
];

export interface Attack extends Pick<Refusal, 'says' | 'hint' | 'options'> {
  /** 4, unless a file cannot be read (1) or signatures are missing (7). */
  readonly code?: number;
  readonly readers?: readonly Reader[];
}

/** A plan that `verify` takes: whatever is refused afterwards, is refused because of the attack. */
export async function createTarget(
  t: TestContext,
  settings: Parameters<typeof createPlanned>[1] = {},
): Promise<Planned> {
  const target = await createPlanned(t, settings);
  assert.equal((await target.plan()).code, 0);
  await assertTaken(target);
  return target;
}

export async function assertTaken(target: Planned): Promise<void> {
  const { code, stderr } = await target.verify();
  assert.equal(code, 0, stderr);
  target.forget();
}

/** Everybody refuses the plan, in the same words, calls nobody and changes no file. */
export async function assertAttackFails(
  target: Planned,
  { readers = ALL_WHO_TRUST, code = 4, ...refusal }: Attack,
): Promise<void> {
  for (const reader of readers) {
    const refused = { argv: READERS[reader], code, ...refusal };
    if (reader === 'show') await assertShown(target, refused);
    else await assertRefused(target, refused);
  }
  assert.deepEqual(target.calls(), []);
}

/** `show` shows what can be read all the same, and says first that it is refused, in the words of `verify`. */
async function assertShown(target: Planned, refusal: Refusal): Promise<void> {
  const { argv, says, hint, code, options } = refusal;
  const { code: shown, stdout } = await target.run(argv, options);
  if (shown !== 0) return assertRefused(target, refusal);
  assert.match(stdout, code === 7 ? /^Signatures missing: / : /^REFUSED: /);
  assert.doesNotMatch(stdout, /can be applied/i);
  const json = await target.run([...argv, '--json'], options);
  const { verdict } = JSON.parse(json.stdout) as {
    verdict: { kind: string; reason: string; hint: string };
  };
  assert.equal(verdict.kind, code === 7 ? 'needs-signatures' : 'refused');
  const shorten = (text: string) => text.replaceAll(target.folder, '.');
  for (const [actual, expected] of [
    [shorten(verdict.reason), says],
    [shorten(verdict.hint), hint],
  ] as const) {
    if (typeof expected === 'string') assert.equal(actual, expected);
    else assert.match(actual, expected);
  }
}

/** Changes the bytes of the plan file, and nothing else. */
export async function edit(
  { read, write }: Planned,
  change: (text: string) => string | Buffer,
): Promise<void> {
  const before = await read(FILE);
  const after = change(before);
  assert.notDeepEqual(Buffer.from(after), Buffer.from(before));
  await write(FILE, after);
}

/** Changes the body, and has a trusted key sign what comes of it. */
export async function editAndSign(target: Planned, change: (body: string) => string): Promise<void> {
  const before = (await readPlan(target)).body.toString();
  const after = change(before);
  assert.notEqual(after, before);
  await target.write(FILE, await signPlan(Buffer.from(after), signingKeyOf(target.key)));
}

export async function readPlan({ read }: Planned): Promise<Envelope> {
  return decodeEnvelope(Buffer.from(await read(FILE)), FILE);
}

/** Puts other signatures below the body of the plan. */
export async function replaceSignatures(
  target: Planned,
  change: (signatures: readonly Signature[], body: Buffer) => readonly Signature[],
): Promise<void> {
  const { body, signatures } = await readPlan(target);
  await target.write(FILE, encodeEnvelope({ body, signatures: change(signatures, body) }));
}

export const NOT_FITTING = (name = 'planner') => ({
  says: `the signature of "${name}" does not fit "${FILE}": the plan was changed after it was signed, or the signature is of something else`,
  hint: 'plan again; a signed plan is never edited',
});

export const UNTRUSTED = {
  says: `"${FILE}" has no signature by a planner that "trust.yaml" trusts`,
  hint: 'if the signer is to be trusted, run: rootsweep trust add --from KEY --name NAME --role planner',
};
