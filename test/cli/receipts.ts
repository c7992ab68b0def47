/** A plan that was applied twice: one account done, one that changed, one that failed and was then finished. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { TOOL } from '../../src/version.js';
import { NOW, type Result } from './harness.js';
import { createPlanned, ORGANIZATION, type Planned, SCENARIO } from './planned.js';

export const RECEIPT = 'org.receipt.yaml';

const MORE = `  - id: "444444444444"
    name: moved
    root: { password: { created: 2019-03-04T00:00:00Z } }
  - id: "555555555555"
    name: stubborn
    root:
      password: { created: 2019-04-04T00:00:00Z, lastUsed: 2020-05-06T07:08:09Z }
      mfaDevices: [{ serial: "arn:aws:iam::555555555555:mfa/only", enabled: 2019-04-05T00:00:00Z }]
`;
const POLICY = 'version: 1\nrollout: { waves: [100%], stopAfterFailures: 9 }\n';

export interface Applied extends Planned {
  /** The name of the journal. */
  readonly journal: string;
  readonly receipt: (...more: string[]) => Promise<Result>;
  readonly verifyReceipt: (...more: string[]) => Promise<Result>;
  /** Writes the signed receipt to `RECEIPT`. */
  readonly sign: () => Promise<string>;
}

/** An instant that does not pass, so that every run gives the same times. */
export const stopAt = (instant: string) => ({
  now: instant,
  clock: {
    now: () => new Date(instant),
    sleep: () => Promise.resolve(),
    random: () => 0.5,
  },
});

/** Gives a plan that was applied the commands about its receipt. */
export function withReceipt(planned: Planned): Applied {
  const journal = readdirSync(planned.folder).find((name) => name.endsWith('.journal.jsonl')) ?? '';
  const receipt = (...more: string[]) => planned.run(['receipt', journal, ...more]);
  return {
    ...planned,
    journal,
    receipt,
    verifyReceipt: (...more) => planned.run(['verify', RECEIPT, '--trust', 'trust.yaml', ...more]),
    sign: async () => {
      await receipt('--key', 'key.pem', '--out', RECEIPT);
      return planned.read(RECEIPT);
    },
  };
}

/** The small scenario, applied once. */
export async function createApplied(t: TestContext): Promise<Applied> {
  const planned = await createPlanned(t);
  await planned.plan();
  await planned.apply(undefined, stopAt(NOW));
  return withReceipt(planned);
}

export async function createStory(t: TestContext): Promise<Applied> {
  const planned = await createPlanned(t, { scenario: `${SCENARIO}${MORE}`, policy: POLICY });
  await planned.plan();
  planned.emulator.changeAccount('444444444444', { name: 'moved on' });
  planned.emulator.setFaults([
    {
      match: { operation: 'DeactivateMFADevice', account: '555555555555' },
      fault: { kind: 'access-denied', message: 'denied' },
    },
  ]);
  const argv = ['--confirm', ORGANIZATION, '--concurrency', '1'];
  await planned.apply(argv, stopAt(NOW));
  planned.emulator.setFaults([]);
  await planned.apply([...argv, '--only', '555555555555'], stopAt('2026-11-23T10:00:00Z'));
  return withReceipt(planned);
}

/**
 * A text with words for what no test can know before: digests, the key, the version, and AWS's ids, which are taken from the
 * emulator's log: `DeleteLoginProfile-333-1` is the request id of the first such call in account 333…, and
 * `GetLoginProfile-333` that of one of the looks.
 */
export async function nameIds(text: string, { emulator, read, journal }: Applied): Promise<string> {
  const words = new Map<string, string>();
  const counts = new Map<string, number>();
  const number = (what: string) => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
    return `${what}-${counts.get(what)}`;
  };
  for (const { service, operation, account = '', requestId, accessKeyId } of emulator.calls) {
    if (service !== 'iam') continue;
    const call = `${operation}-${account.slice(0, 3)}`;
    words.set(requestId, /^(Delete|Deactivate)/.test(operation) ? number(call) : call);
    if (accessKeyId !== undefined && !words.has(accessKeyId)) {
      words.set(accessKeyId, number(`session-${account.slice(0, 3)}`));
    }
  }
  const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
  const plan = await read('org.plan.yaml');
  words.set(sha256(plan.slice(0, plan.indexOf('---\n'))), 'PLAN');
  words.set(sha256(await read('policy.yaml')), 'POLICY');
  words.set(sha256(await read(journal)), 'JOURNAL');
  words.set(TOOL, 'TOOL');
  words.set(/keyid: (\w+)/.exec(plan)?.[1] ?? '', 'KEY');
  return [...words].reduce((named, [id, word]) => named.replaceAll(id, word), text);
}
