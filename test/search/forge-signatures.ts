/** Signatures of approvers and witnesses that must not count, on a plan that is otherwise good. */
import { decodeEnvelope, encodeEnvelope, type Signature } from '../../src/core/signing/envelope.js';
import { signatureOf } from '../signing/keys.js';
import type { SignatureAttack } from './case.js';
import { PLAN, type Workplace } from './prepare.js';

/** Where one of each role is demanded, these are missing; all others are refused as they stand. */
const MISSING: ReadonlySet<SignatureAttack> = new Set([
  'approval-missing',
  'witness-missing',
  'approval-by-planner',
  'approval-by-stranger',
  'planner-approves',
  'approver-witnesses',
]);

/** How `apply` and `verify` must end on a plan that could be applied otherwise. */
export function exitCodeFor(kind: SignatureAttack): 4 | 7 {
  return MISSING.has(kind) ? 7 : 4;
}

/**
 * @param made when the plan was made, in ms.
 * @param now in ms.
 */
export function forgeSignatures(
  kind: SignatureAttack,
  file: Buffer,
  { key, rogueKey, plannerKey, approverKey, witnessKey, manyKey }: Workplace,
  { made, now }: { readonly made: number; readonly now: number },
): Buffer {
  const { body } = decodeEnvelope(file, PLAN);
  const at = formatTime(made + MINUTE);
  const planned = signatureOf('planner', body, key);
  const approved = signatureOf('approver', body, approverKey, at);
  const witnessed = signatureOf('witness', body, witnessKey, at);
  const signatures = ((): Signature[] => {
    switch (kind) {
      case 'approval-missing':
        return [planned, witnessed];
      case 'witness-missing':
        return [planned, approved];
      case 'approval-by-planner':
        return [planned, signatureOf('approver', body, plannerKey, at), witnessed];
      case 'approval-by-stranger':
        return [planned, signatureOf('approver', body, rogueKey, at), witnessed];
      case 'planner-approves':
        return [signatureOf('planner', body, manyKey), signatureOf('approver', body, manyKey, at), witnessed];
      case 'approver-witnesses':
        return [
          planned,
          signatureOf('approver', body, manyKey, at),
          signatureOf('witness', body, manyKey, at),
        ];
      case 'role-changed':
        return [planned, approved, rename(signatureOf('approver', body, manyKey, at), 'witness')];
      case 'time-changed':
        return [planned, { ...approved, at: formatTime(made + 2 * MINUTE) } as Signature, witnessed];
      case 'of-another-plan': {
        const other = Buffer.concat([body, Buffer.from('\n')]);
        return [planned, approved, signatureOf('witness', other, witnessKey, at)];
      }
      case 'before-the-plan':
        return [planned, signatureOf('approver', body, approverKey, formatTime(made - HOUR)), witnessed];
      case 'in-the-future':
        return [planned, approved, signatureOf('witness', body, witnessKey, formatTime(now + HOUR))];
      case 'signed-twice':
        return [planned, approved, signatureOf('approver', body, approverKey, at), witnessed];
    }
  })();
  return encodeEnvelope({ body, signatures });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function rename(signature: Signature, role: 'witness'): Signature {
  return { ...signature, role } as Signature;
}

/** As signatures and plans say it: to the second. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
