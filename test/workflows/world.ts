/** An organization in memory, behind the ports of the workflows; it writes down what was asked of it. */

import { deletionSession } from '../../src/aws/actions/delete-credential.js';
import type { Account } from '../../src/core/account/organization.js';
import { nameTarget } from '../../src/core/action/action.js';
import { type Credential, nameCredential, sortCredentials } from '../../src/core/action/credentials.js';
import { isActionRecord, type JournalRecord } from '../../src/core/apply/journal.js';
import {
  type ActionAccess,
  type Journal,
  type OrganizationReader,
  type RootAccess,
  RootAccessFailure,
  type RootSession,
} from '../../src/workflows/ports.js';
import { accountOf, HEADER, MANAGEMENT } from '../core/fixtures.js';

export const ORGANIZATION = { id: HEADER.organization, partition: 'aws', managementAccount: MANAGEMENT };

export const UNITS: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  'r-exmp': new Map([['ou-exmp-11111111', 'Workloads']]),
  'ou-exmp-11111111': new Map([['ou-exmp-22222222', 'Prod']]),
};

type Hold = (account: string, credentials: readonly Credential[]) => void;

export interface WorldOptions {
  readonly accounts?: readonly Account[];
  /** What each account holds. */
  readonly holds?: Readonly<Record<string, readonly Credential[]>>;
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Called before each thing that is asked, with the line that is written down; what it throws is the answer. `hold`
   * makes an account hold something else, as if somebody had changed it.
   */
  readonly before?: (event: string, hold: Hold) => void;
  /** How often a deleted credential is still seen. */
  readonly staleReads?: number;
  /** What is deleted stays. */
  readonly deletesNothing?: boolean;
  /** Names of credentials whose first deletion has its effect, and whose answer is lost. */
  readonly unanswered?: readonly string[];
  readonly earlier?: readonly JournalRecord[];
}

export interface World {
  readonly reader: OrganizationReader;
  /** For audits. */
  readonly rootAccess: RootAccess;
  /** For the actions of plans. */
  readonly access: ActionAccess;
  readonly journal: Journal;
  /** What was asked, in order: `list 222222222222`, `journal action-intended password`, … */
  readonly events: string[];
  readonly records: JournalRecord[];
  /** What an account still holds, by name. */
  readonly left: (account: string) => string[];
}

export function createWorld(options: WorldOptions = {}): World {
  const { accounts = [accountOf()], holds = {}, tags = {}, before = () => {}, staleReads = 0 } = options;
  const events: string[] = [];
  const records: JournalRecord[] = [];
  const held = new Map(Object.entries(holds).map(([id, credentials]) => [id, [...credentials]]));
  const unanswered = new Set(options.unanswered);
  const heldBy = (account: string) => held.get(account) ?? [];
  const ask = async (event: string) => {
    events.push(event);
    before(event, (account, credentials) => held.set(account, [...credentials]));
  };

  function openSession(account: string): RootSession {
    const stale = new Map<string, number>();
    return {
      accessKeyId: `ASIA${account}`,
      holdsAny: async () => {
        await ask(`summary ${account}`);
        return heldBy(account).length > 0;
      },
      list: async () => {
        await ask(`list ${account}`);
        return sortCredentials(heldBy(account));
      },
      delete: async (credential) => {
        const name = nameCredential(credential);
        await ask(`delete ${name}`);
        const rest = heldBy(account).filter((it) => nameCredential(it) !== name);
        const answer = rest.length < heldBy(account).length ? 'done' : 'absent';
        if (options.deletesNothing !== true) held.set(account, rest);
        stale.set(name, staleReads);
        if (unanswered.delete(name)) throw new RootAccessFailure('unreachable', 'no answer');
        return { answer, requestId: `delete-${name}` };
      },
      find: async (credential) => {
        const name = nameCredential(credential);
        await ask(`find ${name}`);
        const left = stale.get(name) ?? 0;
        stale.set(name, left - 1);
        const found = heldBy(account).find((it) => nameCredential(it) === name);
        const created = left > 0 ? 'still seen' : found?.created;
        return { created, requestId: `find-${name}` };
      },
    };
  }

  return {
    events,
    records,
    left: (account) => heldBy(account).map(nameCredential),
    reader: {
      open: async () => ({
        caller: { arn: 'arn', account: MANAGEMENT, role: 'management-account' },
        organization: ORGANIZATION,
        clockOffset: 0,
      }),
      accounts: async function* () {
        for (const account of accounts) {
          await ask('accounts');
          yield [account];
        }
      },
      account: async (id) => {
        await ask(`account ${id}`);
        return accounts.find((account) => account.id === id);
      },
      unitsBelow: async (parent) => {
        await ask(`units ${parent}`);
        return UNITS[parent] ?? new Map();
      },
      tags: async (account) => {
        await ask(`tags ${account}`);
        return tags[account] ?? {};
      },
    },
    rootAccess: {
      open: async (account, task) => {
        await ask(`open ${account} ${task}`);
        return openSession(account);
      },
    },
    access: {
      open: async (account) => {
        await ask(`open ${account} delete`);
        return deletionSession(openSession(account));
      },
    },
    journal: {
      earlier: options.earlier ?? [],
      append: async (record) => {
        await ask(['journal', record.type, ...nameOf(record)].join(' '));
        records.push(record);
      },
    },
  };
}

function nameOf(record: JournalRecord): string[] {
  return isActionRecord(record) ? [nameTarget(record)] : [];
}
