import type { QuotasSpec, RateSpec } from './scenario/scenario.js';

/** AWS publishes a rate (calls per second) and a burst, per account and for the whole organization. */
interface Quota {
  readonly account: RateSpec;
  readonly organization?: RateSpec;
}

function quota(account: [number, number], organization?: [number, number]): Quota {
  return {
    account: { perSecond: account[0], burst: account[1] },
    ...(organization && { organization: { perSecond: organization[0], burst: organization[1] } }),
  };
}

/**
 * Source: "Quotas and service limits for AWS Organizations" in the User Guide. It lists the three operations by parent
 * in one line; treating that as a shared bucket is the strict interpretation.
 */
const DOCUMENTED: readonly { readonly operations: readonly string[]; readonly quota: Quota }[] = [
  { operations: ['DescribeOrganization'], quota: quota([1, 2]) },
  { operations: ['ListRoots'], quota: quota([1, 2], [1, 3]) },
  { operations: ['ListAccounts'], quota: quota([8, 12], [9, 15]) },
  { operations: ['DescribeAccount'], quota: quota([20, 30], [24, 36]) },
  {
    operations: ['ListParents', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent'],
    quota: quota([5, 8], [6, 10]),
  },
  { operations: ['ListTagsForResource'], quota: quota([10, 15], [12, 18]) },
  { operations: ['ListDelegatedAdministrators'], quota: quota([5, 8], [6, 10]) },
  { operations: ['ListAWSServiceAccessForOrganization'], quota: quota([1, 3], [1, 4]) },
  { operations: ['EnableAWSServiceAccess'], quota: quota([1, 2]) },
  // "IAM and AWS STS quotas": 600 per second for each account and Region. The list does not mention AssumeRoot.
  { operations: ['GetCallerIdentity'], quota: quota([600, 600]) },
  // "Request quotas" in the KMS Developer Guide. No burst is published. `Sign` uses the rate for elliptic curve keys.
  { operations: ['Sign'], quota: quota([1000, 1000]) },
  { operations: ['DescribeKey'], quota: quota([2000, 2000]) },
  { operations: ['GetPublicKey'], quota: quota([2000, 2000]) },
];

interface Bucket {
  readonly rate: RateSpec;
  tokens: number;
  /** Milliseconds since the epoch. */
  filled: number;
}

/** Token buckets on the emulator's clock. */
export class Quotas {
  readonly #quotas = new Map<string, { readonly name: string; readonly quota: Quota }>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(spec: QuotasSpec) {
    const { base = 'off', operations = {} } = typeof spec === 'string' ? { base: spec } : spec;
    for (const { operations: names, quota } of base === 'documented' ? DOCUMENTED : []) {
      for (const operation of names) this.#quotas.set(operation, { name: names.join('+'), quota });
    }
    for (const [operation, rate] of Object.entries(operations)) {
      this.#quotas.set(operation, { name: operation, quota: { account: rate } });
    }
  }

  /** Takes one call from the quotas of an operation. Returns false and takes nothing if any of them is used up. */
  take(operation: string, account: string, now: Date): boolean {
    const found = this.#quotas.get(operation);
    if (found === undefined) return true;
    const { name, quota } = found;
    const buckets = [this.#bucket(`${name} ${account}`, quota.account, now)];
    if (quota.organization !== undefined) buckets.push(this.#bucket(name, quota.organization, now));
    if (buckets.some(({ tokens }) => tokens < 1 - 1e-9)) return false;
    for (const bucket of buckets) bucket.tokens -= 1;
    return true;
  }

  #bucket(key: string, rate: RateSpec, now: Date): Bucket {
    const time = now.getTime();
    const bucket = this.#buckets.get(key) ?? { rate, tokens: rate.burst, filled: time };
    const elapsed = Math.max(0, time - bucket.filled) / 1000;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + elapsed * rate.perSecond);
    bucket.filled = time;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
