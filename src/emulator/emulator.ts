import type { LoggedCall, LoggedEffect } from './call-log.js';
import { describeCall } from './describe-call.js';
import { type Exchange, exchange } from './exchange.js';
import { FaultBook } from './faults/fault-book.js';
import { findRuleDefects } from './faults/find-rule-defects.js';
import type { FaultRule } from './faults/rule.js';
import { operationNames } from './operations/service.js';
import { findUnknownOperator } from './policy/condition.js';
import { Quotas } from './quotas.js';
import { Random, requestId } from './random.js';
import { buildWorld } from './scenario/build-world.js';
import { findDefects } from './scenario/find-defects.js';
import type { Scenario } from './scenario/scenario.js';
import { ScenarioError } from './scenario/scenario-error.js';
import type { EmulatedAccount, RootCredentials } from './state/account.js';
import type { Changed } from './state/change.js';
import { type AccountChange, changeAccount, findUnit } from './state/change-account.js';
import { attachPolicy, detachPolicy, type PolicyDetachment } from './state/change-policies.js';
import { copyCredentials } from './state/credentials.js';
import type { ServiceControlPolicy } from './state/service-control-policy.js';
import type { ScpSpec } from './state/specs/service-control-policy.js';
import type { World } from './state/world.js';
import type { HttpRequest, HttpResponse } from './wire/http.js';
import { writeResponse } from './write-response.js';

export interface EmulatorOptions {
  /** The clock for sessions, signatures, quotas and dates; the scenario's skew is added. Default: the system clock. */
  readonly now?: () => Date;
  /** Overrides the scenario's seed. */
  readonly seed?: number;
}

/** The page of a proxy that answers instead of AWS. */
const PROXY_PAGE: HttpResponse = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Sign in to the network</title><p>Please sign in',
};

/** What the client sees, and after how many milliseconds. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly response: HttpResponse;
      readonly delay: number;
      readonly call: LoggedCall;
    }
  | { readonly kind: 'drop' | 'no-answer'; readonly delay: number; readonly call: LoggedCall };

/** A change to the organization, made by a call or from outside. */
export interface HistoryEntry {
  readonly at: string;
  readonly event: LoggedEffect | Changed;
  /** The call that made the change; absent for a change from outside. */
  readonly sequence?: number;
}

/** An account as copied by `snapshot`. */
export type AccountSnapshot = Readonly<RootCredentials> &
  Pick<EmulatedAccount, 'name' | 'state' | 'parent' | 'member'>;

/**
 * An AWS organization in this process. `handle` takes an HTTP request as a value and returns what the client sees.
 * `serveEmulator` serves it over a socket.
 */
export class Emulator {
  readonly world: World;
  readonly #now: () => Date;
  readonly #faults: FaultBook;
  readonly #quotas: Quotas;
  readonly #requestIds: Random;
  readonly #calls: LoggedCall[] = [];
  readonly #history: HistoryEntry[] = [];
  #sequence = 0;

  constructor(scenario: Scenario, options: EmulatorOptions = {}) {
    const seed = options.seed ?? scenario.seed ?? 1;
    this.world = buildWorld(scenario, seed);
    const { now = () => new Date() } = options;
    const { clockSkew = 0 } = scenario;
    this.#now = () => new Date(now().getTime() + clockSkew);
    this.#faults = new FaultBook(seed, scenario.faults ?? []);
    this.#quotas = new Quotas(scenario.quotas ?? 'off');
    this.#requestIds = new Random(seed ^ 0x5eed);
  }

  /** All requests so far, or since `resetCalls`. Tests should check these instead of the client's own report. */
  get calls(): readonly LoggedCall[] {
    return this.#calls;
  }

  /** All changes to the organization. */
  get history(): readonly HistoryEntry[] {
    return this.#history;
  }

  get faults(): readonly FaultRule[] {
    return this.#faults.rules;
  }

  /** Answers one request. Does not wait or do I/O: delays and lost connections are part of the reply. */
  async handle(request: HttpRequest): Promise<Reply> {
    return this.carryOut(request);
  }

  /** Like `handle`, but synchronous: for a caller that must see the organization exactly as the request left it. */
  carryOut(request: HttpRequest): Reply {
    const now = this.#now();
    const { world } = this;
    const result = exchange({ world, faults: this.#faults, quotas: this.#quotas, now }, request);
    const id = requestId(this.#requestIds);
    const response = writeResponse(result, id, now);
    const call = this.#log(result, response, id, now);
    const { delivery, delay } = result.interference;
    switch (delivery) {
      case 'answer':
        return { kind: 'answer', response, delay, call };
      case 'garbled':
        return { kind: 'answer', response: PROXY_PAGE, delay, call };
      case 'drop':
      case 'no-answer':
        return { kind: delivery, delay, call };
    }
  }

  /** Returns an account, to inspect or to change in place. Throws RangeError for an unknown id. */
  account(id: string): EmulatedAccount {
    const account = this.world.accounts.get(id);
    if (account === undefined) throw new RangeError(`No account ${id} in the scenario`);
    return account;
  }

  /** Changes an account without a client call. Throws RangeError for an unknown account or unit. */
  changeAccount(id: string, change: AccountChange): void {
    changeAccount(this.world, this.account(id), change);
    this.#record({ kind: 'changed', account: id, change });
  }

  /**
   * Attaches a service control policy without a client call and returns it with its id. Throws RangeError for an
   * unknown target or an unsupported condition operator.
   */
  attachPolicy(policy: ScpSpec): ServiceControlPolicy {
    const operator = findUnknownOperator(policy.policy);
    if (operator !== undefined) {
      throw new RangeError(`The emulator does not know the condition operator "${operator}"`);
    }
    const place = attachPolicy(this.world, policy);
    this.#record({ kind: 'policy-attached', ...place });
    return place.policy;
  }

  /** Detaches a service control policy. Throws RangeError if it is not attached to this target. */
  detachPolicy(policy: PolicyDetachment): void {
    const place = detachPolicy(this.world, policy);
    if (place === undefined)
      throw new RangeError(`No policy "${policy.id}" is attached to "${policy.target}"`);
    this.#record({ kind: 'policy-detached', ...place });
  }

  /** Replaces the fault rules. Throws RangeError if a rule refers to something unknown. */
  setFaults(rules: readonly FaultRule[]): void {
    const { world } = this;
    const [defect] = findRuleDefects(rules, {
      operations: operationNames(),
      accounts: world.accounts,
      callers: new Set([...world.callers.values()].map(({ name }) => name)),
      policies: new Set([...world.policies.values()].flat().map(({ id }) => id)),
      hasUnit: (unit) => findUnit(world, unit) !== undefined,
    });
    if (defect !== undefined) throw new RangeError(`${defect.path.join('.')}: ${defect.sentence}`);
    this.#faults.set(rules);
  }

  /** Returns the credentials of a caller of the scenario. Throws RangeError for an unknown name. */
  callerCredentials(name = 'operator'): {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  } {
    const caller = [...this.world.callers.values()].find((candidate) => candidate.name === name);
    if (caller === undefined) throw new RangeError(`No caller "${name}" in the scenario`);
    const { accessKeyId, secretAccessKey, sessionToken } = caller;
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  }

  /** Copies the actual root credentials of every account, by account id, whatever reads show. */
  snapshot(): Record<string, AccountSnapshot> {
    const entries = this.world.listing.map((account) => {
      const { name, state, parent, member } = account;
      return [account.id, { name, state, parent, member, ...copyCredentials(account) }] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Empties the call log. Sequence numbers continue. */
  resetCalls(): void {
    this.#calls.length = 0;
  }

  #record(event: Changed): void {
    this.#history.push({ at: this.#now().toISOString(), event });
  }

  #log(result: Exchange, { status }: HttpResponse, id: string, now: Date): LoggedCall {
    this.#sequence += 1;
    const call = describeCall(result, status, { sequence: this.#sequence, requestId: id, now });
    this.#calls.push(call);
    for (const event of result.changes) this.#history.push({ at: call.at, event });
    if (call.effect !== undefined) {
      this.#history.push({ at: call.at, event: call.effect, sequence: call.sequence });
    }
    return call;
  }
}

/** Builds the organization of a scenario. Throws ScenarioError if the scenario is contradictory. */
export function openEmulator(scenario: Scenario, options?: EmulatorOptions): Emulator {
  const [defect] = findDefects(scenario);
  if (defect !== undefined) throw new ScenarioError(`${defect.path.join('.')}: ${defect.sentence}`);
  return new Emulator(scenario, options);
}
