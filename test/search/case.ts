/** What a search tries: an organization, a policy, what goes wrong, and the runs of `apply`. */
import fc from 'fast-check';
import type { FaultRule } from '../../src/emulator/faults/rule.js';
import type { AccountSpec } from '../../src/emulator/scenario/scenario.js';
import type { AccountChange } from '../../src/emulator/state/change-account.js';
import type { RootSpec } from '../../src/emulator/state/specs/root-credentials.js';
import { account, accountId, MOST_ACCOUNTS, root } from './accounts.js';
import { applyFaults, change, readFault } from './faults.js';
import { maybe } from './maybe.js';
import { type Policy, policies, WAIT } from './policy.js';
import { prepareAccounts, type Recovery, recovery } from './recovery.js';
import type { Loss } from './simulated-disk.js';
import type { Fate, Instant } from './simulated-process.js';

/** Something that is wrong with the plan, the policy or the time; `apply` must refuse. */
const PLAN_ATTACKS = [
  'expired',
  'not-yet-valid',
  'policy-changed',
  'body-changed',
  'signature-missing',
  'signer-untrusted',
  'signed-as-receipt',
  'action-added',
  'account-added',
  'exclusion-dropped',
  'other-organization',
  'revoked',
] as const;
/**
 * A plan signed by a trusted planner that the policy yields from what it holds, and that is not what an audit gives.
 * `apply` refuses it, or finds drift, or leaves an account alone; `witness` does not sign it.
 */
export const LIES = [
  'finding-dropped',
  'limit-diluted',
  'inactive-claimed-clean',
  'account-hidden',
  'account-invented',
  'exclusion-claimed',
  'exclusion-denied',
  'use-set-back',
  'credential-hidden',
  'clean-claimed',
  'wait-dropped',
  'wait-shortened',
  'created-set-back',
] as const;
/** Signatures of approvers and witnesses that are missing, or must not count. */
const SIGNATURE_ATTACKS = [
  'approval-missing',
  'witness-missing',
  'approval-by-planner',
  'approval-by-stranger',
  'planner-approves',
  'approver-witnesses',
  'role-changed',
  'time-changed',
  'of-another-plan',
  'before-the-plan',
  'in-the-future',
  'signed-twice',
] as const;
/**
 * A journal that lies. `apply` must refuse each of them, and gain nothing where a trusted operator signed the lie:
 * `journal-signed`.
 */
const JOURNAL_ATTACKS = [
  'journal-signed',
  'journal-forged',
  'journal-impersonated',
  'journal-by-planner',
  'journal-foreign',
  'journal-spliced',
  'journal-resigned',
  'journal-head-replaced',
  'journal-changed',
  'journal-last-changed',
  'journal-line-removed',
  'journal-reordered',
  'journal-unsigned',
] as const;
/** A journal that a run wrote, less its end, which nobody can tell from one of a run that was killed. */
const CUT_ATTACKS = ['journal-end-cut'] as const;

export type PlanAttack = (typeof PLAN_ATTACKS)[number];
export type Lie = (typeof LIES)[number];
export type SignatureAttack = (typeof SIGNATURE_ATTACKS)[number];
export type JournalAttack = (typeof JOURNAL_ATTACKS)[number];
export type Attack =
  | { readonly on: 'plan'; readonly kind: PlanAttack }
  | { readonly on: 'planner'; readonly kind: Lie }
  | { readonly on: 'signatures'; readonly kind: SignatureAttack }
  | { readonly on: 'journal'; readonly kind: JournalAttack }
  /** How much of its lines is left, from 0 to 1. */
  | { readonly on: 'written-journal'; readonly kind: (typeof CUT_ATTACKS)[number]; readonly left: number };

export interface RunCase {
  readonly concurrency: number;
  readonly fate: Fate;
  /** Positions of accounts that `--only` or `--exclude` names. */
  readonly only?: number;
  readonly exclude?: number;
  /** Another operator, who starts so many ms later: on the same journal, or on a machine of their own. */
  readonly second?: { readonly on: 'same-machine' | 'other-machine'; readonly after: number };
  /** Changes behind the back of everybody, before the run. */
  readonly changes: readonly { readonly account: number; readonly change: AccountChange }[];
}

/** What the trust file demands beside a planner. */
export interface Trust {
  readonly approver: boolean;
  readonly witness: boolean;
  /** Whether it revokes another plan. */
  readonly revokesOther: boolean;
}

export interface Case {
  readonly seed: number;
  readonly accounts: readonly AccountSpec[];
  readonly management: RootSpec;
  readonly policy: Policy;
  readonly trust: Trust;
  readonly planFaults: readonly FaultRule[];
  readonly applyFaults: readonly FaultRule[];
  readonly attack?: Attack;
  /** A plan of `recover` or `unlock` instead of one that deletes. */
  readonly recovery?: Recovery;
  readonly runs: readonly RunCase[];
}

const instant: fc.Arbitrary<Instant> = fc.record({
  at: fc.constantFrom('call' as const, 'write' as const),
  nth: fc.oneof(
    fc.integer({ min: 1, max: 15 }),
    fc.integer({ min: 10, max: 50 }),
    fc.integer({ min: 1, max: 150 }),
  ),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>({ kind: 'none' }) },
  { weight: 3, arbitrary: instant.map((it): Fate => ({ kind: 'killed', instant: it })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(instant, fc.constantFrom<Loss>('all', 'half', 'none', 'beginning', 'meaning'))
      .map(([it, loss]): Fate => ({ kind: 'killed', instant: it, loss })),
  },
  { weight: 1, arbitrary: instant.map((it): Fate => ({ kind: 'stopped', instant: it })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 200 }))
      .map(([nth, room]): Fate => ({ kind: 'disk-full', nth, room })),
  },
);

const position = fc.integer({ min: 0, max: MOST_ACCOUNTS - 1 });
const run: fc.Arbitrary<RunCase> = fc
  .record({
    concurrency: fc.constantFrom(1, 2, 4),
    fate,
    only: maybe(position, 1, 6),
    exclude: maybe(position, 1, 6),
    second: maybe(
      fc.record({
        on: fc.constantFrom('same-machine' as const, 'other-machine' as const),
        // Never at the same instant: both read files in real time, and who is first would be chance.
        after: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1_500 })),
      }),
      1,
      6,
    ),
    changes: fc.oneof(
      { weight: 2, arbitrary: fc.constant<RunCase['changes']>([]) },
      { weight: 1, arbitrary: fc.array(fc.record({ account: position, change }), { maxLength: 2 }) },
    ),
  })
  .map(withoutUndefined);

const attack: fc.Arbitrary<Attack> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PLAN_ATTACKS).map((kind): Attack => ({ on: 'plan', kind })) },
  { weight: 8, arbitrary: fc.constantFrom(...LIES).map((kind): Attack => ({ on: 'planner', kind })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...SIGNATURE_ATTACKS).map((kind): Attack => ({ on: 'signatures', kind })),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...JOURNAL_ATTACKS).map((kind): Attack => ({ on: 'journal', kind })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(0, 0.2, 0.4, 0.6, 0.8, 0.95)
      .map((left): Attack => ({ on: 'written-journal', kind: 'journal-end-cut', left })),
  },
);
/** What a policy must say for a lie to gain anything. */
const OCCASIONS: Readonly<Partial<Record<Lie, Partial<Policy>>>> = {
  'finding-dropped': { exclude: [{ ou: '/Nowhere' }], unmatched: 'block' },
  'limit-diluted': { limits: { percent: 40 } },
  'inactive-claimed-clean': { notActive: 'block', blocking: 'organization' },
  'exclusion-claimed': { exclude: [{ name: 'legacy-*' }], unmatched: 'warn', blocking: 'organization' },
  'use-set-back': { delete: ['access-key', 'password', 'mfa-device'], present: 'warn', guarded: 'warn' },
  'wait-dropped': { notBefore: WAIT },
  'wait-shortened': { notBefore: WAIT },
  'created-set-back': { notBefore: WAIT },
};
const seldom = fc.constantFrom(false, false, false, false, true);

export const cases: fc.Arbitrary<Case> = fc
  .record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    accounts: fc.array(account, { minLength: 2, maxLength: MOST_ACCOUNTS, size: 'max' }),
    management: root,
    policy: policies(accountId(0)),
    trust: fc.record<Trust>({ approver: seldom, witness: seldom, revokesOther: seldom }),
    planFaults: fc.oneof(
      { weight: 4, arbitrary: fc.constant<FaultRule[]>([]) },
      { weight: 1, arbitrary: fc.array(readFault, { minLength: 1, maxLength: 2 }) },
    ),
    applyFaults,
    attack: maybe(attack, 1, 2),
    recovery: maybe(recovery, 1, 11),
    runs: fc.array(run, { minLength: 1, maxLength: 3, size: 'max' }),
  })
  .map(({ accounts, ...rest }) => {
    const named = accounts.map((spec, index) => ({ id: accountId(index), ...spec }));
    const specs = rest.recovery === undefined ? named : prepareAccounts(rest.recovery, named);
    // Rules and changes speak of accounts that there are.
    const known = new Set(specs.map(({ id }) => id));
    const concerns = ({ match }: FaultRule) => match?.account === undefined || known.has(match.account);
    const aims = ({ fault }: FaultRule) =>
      fault.kind !== 'attach-policy' || !/^\d/.test(fault.target) || known.has(fault.target);
    return withoutUndefined({
      ...rest,
      policy:
        rest.attack?.on === 'planner' ? { ...rest.policy, ...OCCASIONS[rest.attack.kind] } : rest.policy,
      accounts: specs,
      planFaults: rest.planFaults.filter(concerns),
      applyFaults: rest.applyFaults.filter((it) => concerns(it) && aims(it)),
      runs: rest.runs.map((it) => ({
        ...it,
        changes: it.changes.filter(({ account: at }) => at < specs.length),
      })),
    });
  });

/** An optional member is absent, not undefined. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as never;
}
