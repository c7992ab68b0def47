/** A plan's body under a signature. */
import type { KeyObject } from 'node:crypto';
import { signBody } from './body.js';

/** The bytes of the plan file. */
export function signPlan(body: Buffer, privateKey: KeyObject): Buffer {
  return signBody('plan', body, privateKey);
}
