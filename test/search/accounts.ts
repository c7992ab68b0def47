/** The organization that a case is tried on: a management account and a handful of others. */
import fc from 'fast-check';
import type { AccountSpec } from '../../src/emulator/scenario/scenario.js';
import type { RootSpec } from '../../src/emulator/state/specs/root-credentials.js';

export const MANAGEMENT = '111111111111';
export const MOST_ACCOUNTS = 5;
/** A key that was used days ago, and a certificate: what a policy may waive. */
export const BUSY_KEY = 'AKIAIOSFODNN7EXAMPLE';
export const CERTIFICATE = 'TA7SMP42TDN5Z26OBPJE7EXAMPLE';

export function accountId(position: number): string {
  return String(position + 2).repeat(12);
}

export const root: fc.Arbitrary<RootSpec> = fc.record({
  password: fc.oneof(
    { weight: 4, arbitrary: fc.constant({ created: '2019-02-04T00:00:00Z' }) },
    {
      weight: 1,
      arbitrary: fc.constant({ created: '2019-02-04T00:00:00Z', lastUsed: '2020-07-01T08:00:00Z' }),
    },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  mfaDevices: fc.constantFrom(0, 1, 1, 2),
  accessKeys: fc.constantFrom<NonNullable<RootSpec['accessKeys']>>(
    ...[0, 0, 0, 1, 2],
    [{ id: BUSY_KEY, created: '2018-05-01T00:00:00Z', lastUsed: '2026-11-20T08:00:00Z' }],
    [{ created: '2018-05-01T00:00:00Z', lastUsed: '2026-05-20T08:00:00Z' }],
  ),
  signingCertificates: fc.constantFrom<NonNullable<RootSpec['signingCertificates']>>(0, 0, 0, 0, [
    CERTIFICATE,
  ]),
});

export const account: fc.Arbitrary<Omit<AccountSpec, 'id'>> = fc.record({
  name: fc.constantFrom('shop', 'shop', 'data', 'data', 'legacy-till'),
  ou: fc.constantFrom('/Workloads/Prod', '/Workloads/Prod', '/Workloads/Dev', '/Sandbox', '/'),
  tags: fc.constantFrom({}, { stage: 'prod' }, { stage: 'dev' }),
  state: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'CLOSED'),
  root,
});
