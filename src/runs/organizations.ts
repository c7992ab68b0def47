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
import type { Host } from './host.js';
import { readPolicy } from './inputs.js';

const LIMITS = { what: 'list of organizations', maxBytes: 2 ** 20 } as const;

/**
 * @param path of the list, as the user named it.
 * @param run runs the command for one of them, and returns its exit code.
 * @returns the worst of their exit codes (`worstExitCode`).
 */
export async function runOrganizations(
  path: string,
  run: (entry: OrganizationEntry) => Promise<number>,
  host: Host,
): Promise<number> {
  const entries = await readOrganizations(path, host);
  const results: { readonly entry: OrganizationEntry; readonly outcome: OrganizationOutcome }[] = [];
  for (const entry of entries) {
    if (host.context.stop.aborted) {
      results.push({ entry, outcome: { kind: 'not-started' } });
      continue;
    }
    const { name, organization, profile } = entry;
    if (host.json) host.printJson('organization-started', { name, organization, profile });
    else host.tell(renderOrganizationHeading(entry));
    const exitCode = await run(entry);
    if (host.json) host.printJson('organization-ended', { name, organization, exitCode });
    results.push({ entry, outcome: { kind: 'ended', exitCode } });
  }
  const exitCode = worstExitCode(results.map(({ outcome }) => outcome));
  if (host.json) {
    const organizations = results.map(({ entry: { name, organization }, outcome }) => ({
      name,
      organization,
      outcome,
    }));
    host.printJson('organizations', { exitCode, organizations });
  } else host.print(renderOrganizations(results, exitCode));
  return exitCode;
}

/**
 * Reads the file, and the policies that it names: credentials of one organization must never meet the policy of
 * another, so each policy is pinned, and that is known before anybody is called.
 */
async function readOrganizations(path: string, host: Host): Promise<OrganizationEntry[]> {
  const parsed = parseOrganizations(await readFileText(host.resolvePath(path), LIMITS), path);
  const below = (file: string) =>
    isAbsolute(file) ? file : `./${join(dirname(path), file)}`.replace(/^\.\/\//, '/');
  const entries = parsed.map((entry) => ({
    ...entry,
    policy: below(entry.policy),
    plan: below(entry.plan),
  }));
  for (const entry of entries) requirePin(entry, await readPolicy(entry.policy, host.context));
  await requirePlansInside(entries, path, host);
  return entries;
}

/** Whoever writes the list must not choose which files of the machine are written, nor have one plan replace another. */
async function requirePlansInside(
  entries: readonly OrganizationEntry[],
  path: string,
  { resolvePath }: Host,
): Promise<void> {
  const owners = new Map<string, string>();
  for (const { name, plan } of entries) {
    const place = await findPlaceInside(dirname(resolvePath(path)), resolvePath(plan));
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
