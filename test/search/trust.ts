/** The trust file of a case, and the signatures of approvers and witnesses that it demands. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeEnvelope, encodeEnvelope, type Signature } from '../../src/core/signing/envelope.js';
import type { Role } from '../../src/core/signing/trust.js';
import { signatureOf } from '../signing/keys.js';
import type { Trust } from './case.js';
import { PLAN, type Workplace } from './prepare.js';

/** @param revoked digests of plans. */
export function renderTrust(
  { approver, witness }: Pick<Trust, 'approver' | 'witness'>,
  { key, plannerKey, approverKey, witnessKey, manyKey }: Workplace,
  revoked: readonly string[],
): string {
  const keys: readonly (readonly [KeyObject, string, readonly Role[]])[] = [
    [key, 'planner', ['planner', 'operator']],
    [plannerKey, 'other', ['planner']],
    [approverKey, 'ada', ['approver']],
    [witnessKey, 'wit', ['witness']],
    [manyKey, 'many', ['planner', 'approver', 'witness']],
  ];
  const rows = keys.map(([it, name, roles]) => {
    const publicKey = createPublicKey(it).export({ type: 'spki', format: 'der' }).toString('base64');
    return `  - { name: ${name}, publicKey: ${publicKey}, roles: [${roles.join(', ')}] }\n`;
  });
  const revocations = revoked.map((plan) => `  - { plan: ${plan}, reason: an owner objected }\n`);
  return [
    'version: 1\n',
    `threshold: { planner: 1, approver: ${approver ? 1 : 0}, witness: ${witness ? 1 : 0} }\n`,
    `keys:\n${rows.join('')}`,
    ...(revocations.length === 0 ? [] : [`revoked:\n${revocations.join('')}`]),
  ].join('');
}

/** A plan file with further signatures. */
export function withSignatures(file: Buffer, more: (body: Buffer) => readonly Signature[]): Buffer {
  const { body, signatures } = decodeEnvelope(file, PLAN);
  return encodeEnvelope({ body, signatures: [...signatures, ...more(body)] });
}

/** What is demanded, signed by those who may, at a time. */
export function cosign(
  file: Buffer,
  { approver, witness }: Pick<Trust, 'approver' | 'witness'>,
  { approverKey, witnessKey }: Workplace,
  at: string,
): Buffer {
  return withSignatures(file, (body) => [
    ...(approver ? [signatureOf('approver', body, approverKey, at)] : []),
    ...(witness ? [signatureOf('witness', body, witnessKey, at)] : []),
  ]);
}
