import { Random } from '../random.js';
import type { EmulatedState } from '../state/account.js';
import type { RootSpec } from '../state/specs/root-credentials.js';
import { toSeconds } from '../state/specs/root-credentials.js';
import type { AccountSpec, Scenario } from './scenario.js';

export interface Shape {
  /** The number of member accounts, without the management account. AWS allows up to 50,000. */
  readonly accounts: number;
  readonly seed: number;
  /** The share of accounts whose root user has credentials, from 0 to 1. Default: 0.3. */
  readonly credentialShare?: number;
  /** The share of accounts that are not ACTIVE, from 0 to 1. Default: 0.04. */
  readonly inactiveShare?: number;
  /** Among accounts with credentials, the share with access keys or signing certificates. Default: 0.15. */
  readonly accessKeyShare?: number;
}

/** Repeated entries are picked more often: most accounts are workloads. */
const TOP_UNITS = ['Workloads', 'Workloads', 'Workloads', 'Sandbox', 'Security', 'Infrastructure'] as const;
const REGIONS = ['EU', 'US', 'APAC'] as const;
const STAGES = ['prod', 'test', 'dev'] as const;
const TEAMS = [
  'payments',
  'search',
  'data',
  'mobile',
  'platform',
  'identity',
  'billing',
  'analytics',
] as const;

/** The current time of generated scenarios: no generated date is later. */
const PRESENT = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;

/** Generates a realistic organization of any size. The same shape and seed give the same scenario. */
export function generateScenario(shape: Shape): Scenario {
  const random = new Random(shape.seed);
  const accounts: AccountSpec[] = [];
  for (let index = 0; index < shape.accounts; index++) accounts.push(generateAccount(index, shape, random));
  return { seed: shape.seed, organization: { managementAccount: '111111111111' }, accounts };
}

function generateAccount(index: number, shape: Shape, random: Random): AccountSpec {
  const team = random.pick(TEAMS);
  const stage = random.pick(STAGES);
  const ou = generatePath(team, stage, random);
  const joined = PRESENT - Math.floor(random.next() * 8 * 365 + 1) * DAY;
  const state: EmulatedState = random.chance(shape.inactiveShare ?? 0.04)
    ? random.pick(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'])
    : 'ACTIVE';
  const name = `${team}-${stage}-${index + 1}`;
  return {
    id: accountId(index),
    name,
    email: `aws+${name}@example.com`,
    ou,
    state,
    ...(random.chance(0.8) && { tags: { team, stage, 'cost-center': String(1000 + random.integer(40)) } }),
    joined: toSeconds(new Date(joined)),
    joinedMethod: random.chance(0.1) ? 'INVITED' : 'CREATED',
    ...(random.chance(shape.credentialShare ?? 0.3) && { root: generateRoot(joined, shape, random) }),
  };
}

/** Returns twelve digits: unique per index, never the management account's id, sometimes with leading zeros. */
function accountId(index: number): string {
  // The step is coprime to 10^12, so ids do not repeat.
  return String((20_000_000_003 + index * 7_919_000_007) % 1_000_000_000_000).padStart(12, '0');
}

/** At most five levels, the limit of AWS. */
function generatePath(team: string, stage: string, random: Random): string {
  const top = random.pick(TOP_UNITS);
  if (top !== 'Workloads') return random.chance(0.5) ? `/${top}` : `/${top}/${stage}`;
  const region = random.pick(REGIONS);
  if (random.chance(0.2)) return `/${top}/${region}`;
  const legacy = random.chance(0.2) ? '/legacy' : '';
  return `/${top}/${region}/${stage}/${team}${legacy}`;
}

/** Typical mix: most old accounts have a password without MFA, a few have access keys, very few a certificate. */
function generateRoot(joined: number, shape: Shape, random: Random): RootSpec {
  const since = (): number => joined + Math.floor(random.next() * ((PRESENT - joined) / DAY)) * DAY;
  const date = (): string => toSeconds(new Date(since()));
  const hasKeys = random.chance(shape.accessKeyShare ?? 0.15);
  return {
    password: { created: toSeconds(new Date(joined)), ...(random.chance(0.3) && { lastUsed: date() }) },
    ...(random.chance(0.4) && { mfaDevices: [{ enabled: date() }] }),
    ...(hasKeys && {
      accessKeys: Array.from({ length: 1 + random.integer(2) }, () => ({
        status: random.chance(0.7) ? ('Active' as const) : ('Inactive' as const),
        created: date(),
        ...(random.chance(0.5) && { lastUsed: { at: date(), service: 's3', region: 'us-east-1' } }),
      })),
    }),
    ...(hasKeys && random.chance(0.05) && { signingCertificates: 1 }),
  };
}
