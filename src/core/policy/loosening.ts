/**
 * What a policy allows that its base did not: more deletions, earlier ones, or fewer checks. A change counts as a
 * loosening unless it certainly tightens the policy.
 */
import { CREDENTIAL_KINDS, type CredentialKind, nameCredential } from '../action/credentials.js';
import { formatDuration } from '../base/duration.js';
import { quoteVisibly } from '../base/text.js';
import { SEVERITIES, type Severity } from './findings.js';
import { listLoosenedExclusions, listLoosenedInclusions } from './loosened-rules.js';
import { formatDays } from './permission.js';
import type { FindingSettings, Policy, Wave } from './policy.js';

/**
 * A sentence for each loosening, in the order of the keys of a policy file. The sentences name lines of the policy, never
 * of the base, so that they do not change when lines move in the base.
 */
export function listLoosenings(base: Policy, policy: Policy): string[] {
  const sentences = [
    ...comparePins(base.organization, policy.organization),
    ...listLoosenedInclusions(base.include, policy.include),
    ...listLoosenedExclusions(base.exclude, policy.exclude),
    ...compareKinds(base.delete, policy.delete),
    ...compareGuards(base, policy),
    ...compareFindings(base.findings, policy.findings),
    ...(base.blocking === 'organization' && policy.blocking === 'account'
      ? ['blocking is loosened: "organization" -> "account"']
      : []),
    ...compareLimits(base.limits, policy.limits),
    ...compareWaits(base.notBefore ?? 0, policy.notBefore ?? 0),
    ...(policy.expiresAfter > base.expiresAfter
      ? [
          `expiresAfter is longer: ${formatDuration(base.expiresAfter)} -> ${formatDuration(policy.expiresAfter)}`,
        ]
      : []),
    ...compareRollouts(base.rollout, policy.rollout),
  ];
  // A file can hold a rule twice.
  return [...new Set(sentences)];
}

function comparePins(base: string | undefined, pin: string | undefined): string[] {
  if (base === undefined || base === pin) return [];
  return pin === undefined
    ? [`organization is no longer pinned: ${quoteVisibly(base)} -> any`]
    : [`organization is changed: ${quoteVisibly(base)} -> ${quoteVisibly(pin)}`];
}

function compareKinds(base: ReadonlySet<CredentialKind>, kinds: ReadonlySet<CredentialKind>): string[] {
  if ([...kinds].every((kind) => base.has(kind))) return [];
  const format = (set: ReadonlySet<CredentialKind>) =>
    `[${CREDENTIAL_KINDS.filter((kind) => set.has(kind)).join(', ')}]`;
  return [`delete has more kinds: ${format(base)} -> ${format(kinds)}`];
}

/** A new or longer waiver allows a deletion; a changed reason does not. */
function compareGuards(base: Policy, { unusedFor, waivers }: Policy): string[] {
  const shorter =
    unusedFor < base.unusedFor
      ? [`guards.access-key.unusedFor is shorter: ${formatDays(base.unusedFor)} -> ${formatDays(unusedFor)}`]
      : [];
  // A policy has at most one waiver for each credential.
  const waivedBefore = new Map(base.waivers.map((it) => [nameCredential(it), it]));
  const waived = waivers.flatMap((waiver) => {
    const { place, line, until } = waiver;
    const name = nameCredential(waiver);
    const before = waivedBefore.get(name);
    if (before === undefined) return [`${place} (line ${line}) is added: none -> ${name} until ${until}`];
    if (Date.parse(until) <= Date.parse(before.until)) return [];
    return [`${place} (line ${line}) ends later: ${before.until} -> ${until}, for ${name}`];
  });
  return [...shorter, ...waived];
}

function compareFindings(base: FindingSettings, findings: FindingSettings): string[] {
  const before = severitiesOf(base);
  const lowered = Object.entries(severitiesOf(findings)).flatMap(([part, severity]) => {
    const was = before[part] ?? severity;
    return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(was)
      ? [`findings.${part} is lowered: "${was}" -> "${severity}"`]
      : [];
  });
  const { recentDays } = findings;
  return recentDays < base.recentDays
    ? [...lowered, `findings.root-used-recently.days is lowered: ${base.recentDays} -> ${recentDays}`]
    : lowered;
}

function severitiesOf({ severity, unmatched }: FindingSettings): Record<string, Severity> {
  return {
    ...severity,
    'selector-unmatched.include': unmatched.include,
    'selector-unmatched.exclude': unmatched.exclude,
  };
}

function compareLimits(base: Policy['limits'], limits: Policy['limits']): string[] {
  return (['accounts', 'percent'] as const).flatMap((part) => {
    const [before, now] = [base[part], limits[part]];
    if (before === undefined) return [];
    if (now === undefined) return [`limits.${part} is removed: ${before} -> none`];
    return now > before ? [`limits.${part} is raised: ${before} -> ${now}`] : [];
  });
}

/** During the wait, owners can object. */
function compareWaits(base: number, wait: number): string[] {
  if (wait >= base) return [];
  return wait === 0
    ? [`notBefore is removed: ${formatDuration(base)} -> none`]
    : [`notBefore is shorter: ${formatDuration(base)} -> ${formatDuration(wait)}`];
}

/**
 * A rollout pauses after each wave until its accounts are complete. A list of waves is as careful as the base if it
 * pauses wherever the base does: [5, 100%] continues with all accounts after five, [10, 100%] after ten.
 */
function compareRollouts(base: Policy['rollout'], rollout: Policy['rollout']): string[] {
  const pauses = new Set(rollout.waves.map(formatWave));
  const sentences: string[] = [];
  if (!base.waves.every((wave) => pauses.has(formatWave(wave)))) {
    sentences.push(
      `rollout.waves has fewer or larger waves: ${format(base.waves)} -> ${format(rollout.waves)}`,
    );
  }
  if (rollout.stopAfterFailures > base.stopAfterFailures) {
    sentences.push(
      `rollout.stopAfterFailures is raised: ${base.stopAfterFailures} -> ${rollout.stopAfterFailures}`,
    );
  }
  return sentences;
}

function format(waves: readonly Wave[]): string {
  return `[${waves.map(formatWave).join(', ')}]`;
}

function formatWave({ kind, value }: Wave): string {
  return kind === 'percent' ? `${value}%` : String(value);
}
