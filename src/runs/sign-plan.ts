/** Adding a signature to a plan: what `approve` and `witness` share. */

import type { Context } from '../context.js';
import { commandLine } from '../core/base/command-line.js';
import { formatTime } from '../core/base/time.js';
import { checkApplicable, checkExpiry, checkSigningTimes } from '../core/plan/guard.js';
import type { Plan } from '../core/plan/plan.js';
import { decodeEnvelope, digestBody, type Envelope, encodeEnvelope } from '../core/signing/envelope.js';
import type { SigningKey } from '../core/signing/key.js';
import type { PlanRole, Trust } from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';
import { writeTarget } from '../files/io/target.js';
import { readFileBytes } from '../files/io/text-file.js';
import { acquireLock, type Lock } from '../files/journal/lock.js';
import { writeApproval } from '../files/plan/approvals.js';
import { PLAN_LIMITS, parsePlan } from '../files/plan/plan.js';
import { signBody } from '../signing/body.js';
import { requireRole, type Signatures } from '../signing/trust.js';
import type { AwsHost } from './host.js';
import { readEnvelope, type TrustFlags, trustWords, verifyTrust } from './inputs.js';
import { type KeyFlags, openKey } from './key-options.js';

export interface SignFlags extends TrustFlags, KeyFlags {
  readonly plan: string;
  /** Whether the signature gets a file of its own. */
  readonly detached: boolean;
}

/** A plan that may be signed once more: its signatures fit, and a trusted planner made it. */
export interface SignablePlan {
  /** As the user named it. */
  readonly path: string;
  readonly plan: Plan;
  readonly envelope: Envelope;
  readonly digest: string;
  readonly signatures: Signatures;
  readonly trust: Trust;
  /** The trust file's path, as it is shown. */
  readonly trustFile: string;
}

/** @throws RootsweepError where the plan is refused: nobody adds a signature to what does not hold without it. */
export async function openSignablePlan(flags: SignFlags, context: Context): Promise<SignablePlan> {
  const { plan: path } = flags;
  const now = context.clock.now();
  const envelope = await readEnvelope(path, context);
  const { trust, trustFile, ...signatures } = await verifyTrust(envelope, flags, context, now);
  const plan = parsePlan(envelope.body, path);
  checkSigningTimes(plan, signatures.signers, now);
  checkExpiry(plan, now);
  checkApplicable(plan);
  const digest = digestBody(envelope.body);
  return { path, plan, envelope, digest, signatures, trust, trustFile: trustFile.path };
}

/**
 * The key, where its signature in the role would count.
 * @throws RootsweepError KEY_NOT_TRUSTED, KEY_SIGNED_ALREADY, and what `openKey` throws.
 */
export async function openSigner(
  role: PlanRole,
  { path, envelope, trust, trustFile }: SignablePlan,
  flags: SignFlags,
  host: AwsHost,
): Promise<SigningKey> {
  const key = await openKey(flags, host);
  const { keyid } = key.publicKey;
  const own = envelope.signatures.find((signature) => signature.keyid === keyid);
  if (own !== undefined) {
    throw new RootsweepError(
      'KEY_SIGNED_ALREADY',
      `this key already signed "${path}" as ${own.role}, and each key counts once`,
      { hint: 'have somebody else sign, with a key of their own' },
    );
  }
  requireRole(trust, key.publicKey, role, { trustFile, now: host.context.clock.now() });
  return key;
}

/**
 * Signs, and writes the signature into the plan or beside it.
 * @returns `path`: of the file that was written.
 * @throws RootsweepError PLAN_INVALID where the plan was replaced in the meantime; JOURNAL_LOCKED where somebody else goes
 * on signing it.
 */
export async function writeSignature(
  role: PlanRole,
  { path, envelope, digest }: SignablePlan,
  key: SigningKey,
  { detached }: SignFlags,
  { context, resolvePath }: AwsHost,
): Promise<{ readonly path: string; readonly digest: string; readonly keyid: string }> {
  const signature = await signBody({ role, at: formatTime(context.clock.now()) }, envelope.body, key);
  const { keyid } = signature;
  const file = resolvePath(path);
  if (detached) return { path: await writeApproval(file, digest, signature), digest, keyid };
  const lock = await waitForLock(`${file}.lock`, keyid, context);
  try {
    // Read once more: a colleague may have signed in the meantime.
    const { body, signatures } = decodeEnvelope(await readFileBytes(file, PLAN_LIMITS), path);
    if (digestBody(body) !== digest) {
      throw new RootsweepError('PLAN_INVALID', `"${path}" was replaced in the meantime, and was not signed`, {
        hint: 'read the new plan, and sign that one',
      });
    }
    await writeTarget(file, 'plan', encodeEnvelope({ body, signatures: [...signatures, signature] }));
  } finally {
    await lock.release();
  }
  return { path: file, digest, keyid };
}

/** The next step once a signature is added. */
export function verifyNext(flags: SignFlags, policy: string): string {
  const file = { file: flags.plan };
  return `run: ${commandLine('rootsweep', 'verify', file, ['--policy', policy], ...trustWords(flags))}`;
}

/** How often, and how many ms apart, another signature is waited for: writing one takes milliseconds. */
const TRIES = 50;
const PAUSE = 100;

/** Two signatures written at once would leave one of them. */
async function waitForLock(path: string, keyid: string, context: Context): Promise<Lock> {
  const { clock, journals, host, pid, pidSpace, isRunning, newId } = context;
  const holder = { run: newId(), caller: keyid, host, pid, pidSpace, since: formatTime(clock.now()) };
  for (let tries = 1; ; tries += 1) {
    try {
      return await acquireLock(journals, path, holder, isRunning);
    } catch (error) {
      if (!(error instanceof RootsweepError) || error.code !== 'JOURNAL_LOCKED') throw error;
      if (tries === TRIES) {
        throw new RootsweepError('JOURNAL_LOCKED', `another command is writing a signature into the plan`, {
          hint: `try again; if that command was killed, remove "${path}" first`,
          cause: error,
        });
      }
      await clock.sleep(PAUSE);
    }
  }
}
