/** Signs a plan as its planner. */
import { encodeEnvelope } from '../core/signing/envelope.js';
import type { SigningKey } from '../core/signing/key.js';
import { signBody } from './body.js';

/** Returns the bytes of the plan file. */
export async function signPlan(body: Buffer, key: SigningKey): Promise<Buffer> {
  return encodeEnvelope({ body, signatures: [await signBody({ role: 'planner' }, body, key)] });
}
