/**
 * What a policy lets happen that another one, its base, did not: more deleted, or sooner, or with less to stop it.
 * In doubt a change counts: only what surely tightens is passed over.
 */
import { CREDENTIAL_KINDS, type CredentialKind, nameCredential } from '../action/credentials.js';
import { formatDuration } from '../base/duration.js';
import { quoteVisibly } from '../base/text.js';
import { SEVERITIES, type Severity } from './findings.js';
import { listLoosenedExclusions, listLoosenedInclusions } from './loosened-rules.js';
import { formatDays } from './permission.js';
import type { FindingSettings, Policy, Wave } from './policy.js';

/**
 * A sentence for each loosening, in the order of the keys of a policy file. They name places in the policy only, never
 * in the base, so that they stay the same while lines move in the base.
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
  // A rule can stand twice in a file.
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

/** A reason may change; a credential that is waived anew, or for longer, may go when it could not before. */
function compareGuards(base: Policy, { unusedFor, waivers }: Policy): string[] {
  const shorter =
    unusedFor < base.unusedFor
      ? [`guards.access-key.unusedFor is shorter: ${formatDays(base.unusedFor)} -> ${formatDays(unusedFor)}`]
      : [];
  // Of two waivers for one credential, no policy has the second.
  const waivedBefore = new Map(base.waivers.map((it) => [nameCredential(it), it]));
  const waived = waivers.flatMap((waiver) => {
    const { place, line, until } = waiver;
    const what = `${nameCredential(waiver)} until ${until}`;
    const before = waivedBefore.get(nameCredential(waiver));
    if (before === undefined) return [`${place} (line ${line}) is added: none -> ${what}`];
    if (Date.parse(until) <= Date.parse(before.until)) return [];
    return [`${place} (line ${line}) ends later: ${before.until} -> ${until}, for ${nameCredential(waiver)}`];
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

/** In the wait, owners can object. */
function compareWaits(base: number, wait: number): string[] {
  if (wait >= base) return [];
  return wait === 0
    ? [`notBefore is removed: ${formatDuration(base)} -> none`]
    : [`notBefore is shorter: ${formatDuration(base)} -> ${formatDuration(wait)}`];
}

/**
 * A rollout halts at each wave until so many accounts have proved it. Another list of waves is as careful if it halts
 * wherever the base does: [5, 100%] goes on to all after five accounts, [10, 100%] after ten.
 */
function compareRollouts(base: Policy['rollout'], rollout: Policy['rollout']): string[] {
  const halts = new Set(rollout.waves.map(formatWave));
  const sentences: string[] = [];
  if (!base.waves.every((wave) => halts.has(formatWave(wave)))) {
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
  switch (kind) {
    case 'percent':
      return `${value}%`;
    case 'accounts':
      return String(value);
  }
}
