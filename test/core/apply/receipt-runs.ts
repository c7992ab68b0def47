/** The starts of two runs of one plan, as a journal holds them. */
import type { RunStarted } from '../../../src/core/apply/journal.js';
import { SHA256 } from '../fixtures.js';

/** A minute of the hour in which the first run was started. */
export const at = (minute: number) => `2026-11-23T09:${String(minute).padStart(2, '0')}:00Z`;

export const START: RunStarted = {
  type: 'run-started',
  at: at(0),
  run: '00000000-0000-4000-8000-000000000001',
  plan: '00000000-0000-4000-8000-000000000000',
  digest: SHA256,
  created: '2026-11-23T09:00:00Z',
  organization: 'o-exampleorgid',
  kind: 'sweep',
  policy: SHA256,
  signers: [{ name: 'planner', keyid: SHA256, role: 'planner' as const }],
  caller: 'arn:aws:iam::111111111111:role/Operator',
  tool: 'rootsweep 0.1.0',
  host: 'host',
  pid: 1,
  operator: { name: 'operator', keyid: SHA256, algorithm: 'ed25519' },
};

export const AGAIN: RunStarted = { ...START, at: at(30), run: '00000000-0000-4000-8000-000000000002' };

/** The same two of a plan that unlocks. */
const OF_UNLOCK = { kind: 'unlock', reason: 'locked out' } as const;
export const UNLOCK_START: RunStarted = { ...START, ...OF_UNLOCK };
export const UNLOCK_AGAIN: RunStarted = { ...AGAIN, ...OF_UNLOCK };
