/**
 * The plan and the organization as the judge sees them: read anew from the file and the emulator, without the code
 * that is judged.
 */
import { parse } from 'yaml';
import type { EmulatedAccount, RootCredentials } from '../../src/emulator/state/account.js';
import type { World } from '../../src/emulator/state/world.js';

export interface PlannedAccount {
  readonly id: string;
  readonly decision: string;
  readonly isAudited: boolean;
  /** `kind id` of what the plan deletes, in its order. */
  readonly actions: readonly string[];
  /** By `kind id`, everything known of it on one line. */
  readonly observed: ReadonlyMap<string, string>;
  /** What decided, on one line. */
  readonly facts: string;
  readonly findings: readonly { readonly severity: string }[];
  readonly hasTags: boolean;
}

export interface PlannedState {
  /** In ms since the epoch. */
  readonly created: number;
  readonly applicable: boolean;
  readonly accounts: ReadonlyMap<string, PlannedAccount>;
  readonly deleting: readonly PlannedAccount[];
}

interface PlanFile {
  readonly created: string;
  readonly applicable: boolean;
  readonly accounts: readonly {
    readonly id: string;
    readonly decision: string;
    readonly name?: string;
    readonly state?: string;
    readonly ou?: string;
    readonly parents?: readonly string[];
    readonly tags?: Readonly<Record<string, string>>;
    readonly observed?: { readonly credentials?: readonly ObservedCredential[] };
    readonly findings?: readonly { readonly severity: string }[];
    readonly actions?: readonly { readonly kind: string; readonly id?: string }[];
  }[];
}

export interface ObservedCredential {
  readonly kind: string;
  readonly id?: string;
  readonly created: string;
  readonly status?: string;
  readonly lastUsed?: { readonly kind: string; readonly at?: string };
}

export function readPlannedState(text: string): PlannedState {
  const plan = parse(text.slice(0, text.lastIndexOf('\n---\n') + 1)) as PlanFile;
  const accounts = plan.accounts.map((entry): PlannedAccount => {
    const { id, decision, name = '', state = '', ou, parents = [], tags, actions = [] } = entry;
    const credentials = entry.observed?.credentials ?? [];
    return {
      id,
      decision,
      isAudited: decision === 'clean' || entry.observed !== undefined,
      actions: actions.map((action) => nameOf(action.kind.replace('delete-', ''), action.id)),
      observed: describeObserved(credentials),
      facts: describeFacts({ name, state, ou, parents, tags }),
      findings: entry.findings ?? [],
      hasTags: tags !== undefined,
    };
  });
  return {
    created: Date.parse(plan.created),
    applicable: plan.applicable,
    accounts: new Map(accounts.map((account) => [account.id, account])),
    deleting: accounts.filter(({ decision }) => decision === 'delete'),
  };
}

/** What plans and journals hold of credentials, as `PlannedAccount.observed` describes it. */
export function describeObserved(credentials: readonly ObservedCredential[]): Map<string, string> {
  return new Map(
    credentials.map(({ kind, id, created, status, lastUsed }) => [
      nameOf(kind, id),
      describe(created, status, lastUsed?.at),
    ]),
  );
}

export function nameOf(kind: string, id?: string): string {
  return id === undefined ? kind : `${kind} ${id}`;
}

/** What the root user of an account holds, as `PlannedAccount.observed` describes it. */
export function describeHoldings(root: RootCredentials): Map<string, string> {
  const { password } = root;
  return new Map([
    ...root.accessKeys.map(
      (it) => [nameOf('access-key', it.id), describe(it.created, it.status, it.lastUsed?.at)] as const,
    ),
    ...root.signingCertificates.map(
      (it) => [nameOf('signing-certificate', it.id), describe(it.uploaded, it.status)] as const,
    ),
    ...(password === undefined
      ? []
      : [['password', describe(password.created, undefined, password.lastUsed)] as const]),
    ...root.mfaDevices.map((it) => [nameOf('mfa-device', it.serial), describe(it.enabled)] as const),
  ]);
}

/** Whether two descriptions of what an account holds are the same. */
export function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, it]) => b.get(name) === it);
}

/** The facts of an account as the organization has them now. */
export function describeAccount(world: World, account: EmulatedAccount, withTags: boolean): string {
  const parents: string[] = [];
  const names: string[] = [];
  for (let id: string | undefined = account.parent; id !== undefined; id = world.units.get(id)?.parent) {
    parents.unshift(id);
    names.unshift(world.units.get(id)?.name ?? '');
  }
  const { name, state, tags } = account;
  // The root has no part in the path.
  const ou = `/${names.slice(1).join('/')}`;
  return describeFacts({ name, state, ou, parents, tags: withTags ? tags : undefined });
}

/** Without the address, of which a plan holds nothing where no rule on addresses decided: none of those tried has one. */
function describeFacts(facts: {
  readonly name: string;
  readonly state: string;
  readonly ou: string | undefined;
  readonly parents: readonly string[];
  readonly tags: Readonly<Record<string, string>> | undefined;
}): string {
  const tags = Object.entries(facts.tags ?? {}).sort();
  return JSON.stringify([facts.name, facts.state, facts.ou, facts.parents, tags]);
}

function describe(created: string, status?: string, lastUsed?: string): string {
  const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);
  return [seconds(created), status ?? '', lastUsed === undefined ? '' : seconds(lastUsed)].join(' ');
}
