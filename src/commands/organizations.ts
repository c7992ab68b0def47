/**
 * One command for several organizations: for each, a run of its own, as if it had been typed with that organization's
 * profile, so that the runs share no client, no connection and no credentials. One that fails is no reason to leave out
 * the next.
 */
import { dirname, isAbsolute, join } from 'node:path';
import {
  type OrganizationEntry,
  type OrganizationOutcome,
  worstExitCode,
} from '../core/account/organizations.js';
import type { PolicyFile } from '../core/plan/guard.js';
import { RootsweepError } from '../errors.js';
import { findPlaceInside } from '../files/io/inside.js';
import { readFileText } from '../files/io/text-file.js';
import { parseOrganizations } from '../files/policy/organizations.js';
import { renderOrganizationHeading, renderOrganizations } from '../views/audit/organizations-text.js';
import type { Line } from '../views/format/lines.js';
import { readPolicy } from './inputs.js';

const LIMITS = { what: 'list of organizations', maxBytes: 2 ** 20 } as const;

export interface OrganizationsRun {
  /** As the user named it. */
  readonly path: string;
  readonly resolve: (path: string) => string;
  /** The command line for one of them. */
  readonly argvOf: (entry: OrganizationEntry) => readonly string[];
  /** Runs a command line, and returns its exit code. */
  readonly run: (argv: readonly string[]) => Promise<number>;
  readonly stop: AbortSignal;
  readonly tell: (lines: readonly Line[]) => void;
  readonly print: (lines: readonly Line[]) => void;
  /** In place of `tell` and `print`. */
  readonly printJson: ((type: string, value: object) => void) | undefined;
}

/** @returns the worst of their exit codes (`worstExitCode`). */
export async function runOrganizations(all: OrganizationsRun): Promise<number> {
  const { run, argvOf, stop, tell, print, printJson } = all;
  const entries = await readOrganizations(all);
  const results: { readonly entry: OrganizationEntry; readonly outcome: OrganizationOutcome }[] = [];
  for (const entry of entries) {
    if (stop.aborted) {
      results.push({ entry, outcome: { kind: 'not-started' } });
      continue;
    }
    const { name, organization, profile } = entry;
    if (printJson === undefined) tell(renderOrganizationHeading(entry));
    else printJson('organization-started', { name, organization, profile });
    const exitCode = await run(argvOf(entry));
    printJson?.('organization-ended', { name, organization, exitCode });
    results.push({ entry, outcome: { kind: 'ended', exitCode } });
  }
  const exitCode = worstExitCode(results.map(({ outcome }) => outcome));
  if (printJson === undefined) print(renderOrganizations(results, exitCode));
  else {
    const organizations = results.map(({ entry: { name, organization }, outcome }) => ({
      name,
      organization,
      outcome,
    }));
    printJson('organizations', { exitCode, organizations });
  }
  return exitCode;
}

/**
 * Reads the file, and the policies that it names: credentials of one organization must never meet the policy of
 * another, so each policy is pinned, and that is known before anybody is called.
 */
async function readOrganizations({ path, resolve }: OrganizationsRun): Promise<OrganizationEntry[]> {
  const parsed = parseOrganizations(await readFileText(resolve(path), LIMITS), path);
  const below = (file: string) =>
    isAbsolute(file) ? file : `./${join(dirname(path), file)}`.replace(/^\.\/\//, '/');
  const entries = parsed.map((entry) => ({
    ...entry,
    policy: below(entry.policy),
    plan: below(entry.plan),
  }));
  for (const entry of entries) requirePin(entry, await readPolicy(resolve(entry.policy), entry.policy));
  await requirePlansInside(entries, path, resolve);
  return entries;
}

/** Whoever writes the list must not choose which files of the machine are written, nor have one plan replace another. */
async function requirePlansInside(
  entries: readonly OrganizationEntry[],
  path: string,
  resolve: (path: string) => string,
): Promise<void> {
  const owners = new Map<string, string>();
  for (const { name, plan } of entries) {
    const place = await findPlaceInside(dirname(resolve(path)), resolve(plan));
    if (place.kind === 'outside') {
      throw new RootsweepError(
        'ORGANIZATIONS_INVALID',
        `the plan "${plan}" of "${name}" leads out of the folder of "${path}"`,
        { hint: 'remove the link, or name a file in that folder' },
      );
    }
    const other = owners.get(place.path);
    if (other !== undefined) {
      throw new RootsweepError(
        'ORGANIZATIONS_INVALID',
        `the plan "${plan}" of "${name}" is the file that the plan of "${other}" is in`,
        { hint: 'give each a file of its own' },
      );
    }
    owners.set(place.path, name);
  }
}

function requirePin({ name, organization }: OrganizationEntry, { path, policy }: PolicyFile): void {
  if (policy.organization === organization) return;
  const found = policy.organization === undefined ? 'to none' : `to "${policy.organization}"`;
  throw new RootsweepError(
    'POLICY_ORGANIZATION_MISMATCH',
    `the policy "${path}" of "${name}" is pinned ${found}, and must be to "${organization}"`,
    { hint: `write into it: organization: ${organization}` },
  );
}
