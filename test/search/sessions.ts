/** What root sessions have seen: the only eyes that a run of `apply` has for credentials. */
import type { LoggedCall } from '../../src/emulator/call-log.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { visibleCredentials } from '../../src/emulator/state/credentials.js';
import { describeHoldings } from './planned-state.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Simulation } from './simulation.js';

export interface Session {
  readonly accessKeyId: string;
  readonly process: SimulatedProcess;
  readonly account: string;
  /** By kind, what its last listing showed since the session last asked for a deletion. */
  readonly seen: Map<string, ReadonlyMap<string, string>>;
}

const LISTINGS: Readonly<Record<string, string>> = {
  GetLoginProfile: 'password',
  ListAccessKeys: 'access-key',
  ListMFADevices: 'mfa-device',
  ListSigningCertificates: 'signing-certificate',
};

export class Sessions {
  readonly #emulator: Emulator;
  readonly #simulation: Simulation;
  readonly #sessions = new Map<string, Session>();

  constructor(emulator: Emulator, simulation: Simulation) {
    this.#emulator = emulator;
    this.#simulation = simulation;
  }

  get(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  /** The one in which a process works on an account. */
  last(process: SimulatedProcess, account: string): Session | undefined {
    return [...this.#sessions.values()].findLast((it) => it.process === process && it.account === account);
  }

  watch(
    process: SimulatedProcess,
    { operation, accessKeyId = '', status, delivery, effect }: LoggedCall,
  ): void {
    if (effect?.kind === 'session-issued') {
      const { account, accessKeyId: id } = effect;
      this.#sessions.set(id, { accessKeyId: id, process, account, seen: new Map() });
    }
    const kind = LISTINGS[operation];
    const session = this.#sessions.get(accessKeyId);
    if (kind === undefined || session === undefined || delivery !== 'answer') return;
    if (status !== 200 && !(status === 404 && kind === 'password')) return;
    const account = this.#emulator.account(session.account);
    const holdings = describeHoldings(visibleCredentials(account, this.#simulation.now()));
    session.seen.set(kind, new Map([...holdings].filter(([name]) => name.split(' ')[0] === kind)));
  }
}

/** Everything that a session has seen, as `PlannedAccount.observed` describes it. */
export function sightOf({ seen }: Session): Map<string, string> {
  return new Map([...seen.values()].flatMap((listed) => [...listed]));
}

/** The kinds that it has not listed. */
export function unseenBy({ seen }: Session): string[] {
  return Object.values(LISTINGS).filter((kind) => !seen.has(kind));
}
