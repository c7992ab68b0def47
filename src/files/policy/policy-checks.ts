/** Checks of a policy file that a schema cannot express. */
import { GUARDED_KINDS, type GuardedKind, nameCredential } from '../../core/action/credentials.js';
import { parseDuration } from '../../core/base/duration.js';
import { findPathGlobFault } from '../../core/base/glob.js';
import type { Selector, Waiver } from '../../core/policy/policy.js';
import { formatPath } from '../schema/schema-sentence.js';
import { flow } from '../schema/schema-text.js';
import { type Problem, quote } from '../yaml/problem.js';
import type { YamlFile, YamlPath } from '../yaml/yaml-file.js';
import type { PolicyFileContent, WaiverDocument, WaveDocument } from './policy-file.js';

export const DEFAULT_EXPIRY = '72h';
const LONGEST_EXPIRY = '30d';
/** At most this many are shown in a message. */
const MOST_WAVES = 20;

/** @param file the file of the document, to locate problems. */
export function checkPolicy(document: PolicyFileContent, file: YamlFile): Problem[] {
  const problems: Problem[] = [];
  const report = (path: YamlPath, sentence: string) => {
    problems.push({ ...file.locate(path), sentence: `${formatPath(path)} ${sentence}` });
  };

  for (const kind of ['include', 'exclude'] as const) {
    for (const [index, { joined, ou }] of (document[kind] ?? []).entries()) {
      const joinedFault = joined && findJoinedFault(joined);
      if (joinedFault !== undefined) report([kind, index, 'joined'], joinedFault);
      const unitFault = ou && findUnitFault(ou);
      if (unitFault !== undefined) report([kind, index, 'ou'], unitFault);
    }
  }
  const { notBefore, expiresAfter, rollout } = document;
  const life = expiresAfter ?? DEFAULT_EXPIRY;
  if (notBefore !== undefined && (parseDuration(notBefore) ?? 0) >= (parseDuration(life) ?? 0)) {
    report(
      ['notBefore'],
      `is ${flow(notBefore)}, and plans expire after ${flow(life)}: none could ever be applied; write less, or a longer expiresAfter`,
    );
  }
  if (
    expiresAfter !== undefined &&
    (parseDuration(expiresAfter) ?? 0) > (parseDuration(LONGEST_EXPIRY) ?? 0)
  ) {
    report(
      ['expiresAfter'],
      `is ${flow(expiresAfter)}, longer than a plan may live; write "${LONGEST_EXPIRY}" or less`,
    );
  }
  const waived = new Map<string, number>();
  for (const [index, waiver] of (document.waivers ?? []).entries()) {
    if (GUARDED_KINDS.filter((kind) => kind in waiver).length > 1) {
      report(['waivers', index], 'names two credentials; write a waiver for each');
      continue;
    }
    const { kind, id } = namedBy(waiver);
    const name = nameCredential({ kind, id });
    const first = waived.get(name);
    if (first !== undefined) {
      report(['waivers', index], `names ${kind} ${quote(id)} again, as waivers[${first}] does; remove one`);
    }
    waived.set(name, first ?? index);
    if (document.delete?.includes(kind)) continue;
    report(
      ['waivers', index],
      `waives nothing: delete does not name ${kind}; write ${writeDelete(document, kind)}`,
    );
  }
  const fault = rollout?.waves && findWavesFault(rollout.waves);
  if (fault !== undefined) report(['rollout', 'waves'], fault);
  return problems;
}

/** The credential of a waiver. */
export function namedBy(waiver: WaiverDocument): Pick<Waiver, 'kind' | 'id'> {
  const named: Partial<Readonly<Record<GuardedKind, string>>> = waiver;
  const [found] = GUARDED_KINDS.flatMap((kind) => {
    const id = named[kind];
    return id === undefined ? [] : [{ kind, id }];
  });
  if (found === undefined) throw new Error('the schema lets no waiver pass that names no credential');
  return found;
}

/** `delete: [access-key, password, mfa-device]`: the line that a waiver requires. */
function writeDelete(document: PolicyFileContent, kind: Waiver['kind']): string {
  return `delete: [${[kind, ...(document.delete ?? ['password', 'mfa-device'])].join(', ')}]`;
}

/** Finds a path that would not match what it appears to. */
function findUnitFault(ou: string): string | undefined {
  switch (ou.startsWith('/') ? findPathGlobFault(ou) : undefined) {
    case 'many-within-name':
      return `is ${flow(ou)}, and "**" crosses OUs only where it stands alone between slashes; write "*" for the rest of a name, as in "/Workloads*", and "/**" for everything below, as in "/Workloads/**"`;
    case 'empty-name':
      return `is ${flow(ou)}, and no OU has an empty name; write one "/" between names and none at the end`;
    case undefined:
      return undefined;
  }
}

function findJoinedFault({ before, after }: NonNullable<Selector['joined']>): string | undefined {
  if (before === undefined || after === undefined || Date.parse(after) < Date.parse(before)) return undefined;
  const hint = before === after ? 'move one of them' : 'swap them to select what is between them';
  return `selects nothing: no account joined after ${after} and before ${before}; ${hint}`;
}

/** Waves must increase, and the last one must include every account. The message contains the corrected list. */
function findWavesFault(waves: readonly WaveDocument[]): string | undefined {
  const sorted = sortWaves(waves);
  const repaired = sorted.at(-1) === '100%' ? sorted : [...sorted, '100%'];
  const advice = repaired.length > MOST_WAVES ? 'write fewer' : `write waves: [${repaired.join(', ')}]`;
  if (waves.some((wave, index) => wave !== sorted[index])) {
    return `must grow, with numbers of accounts before percentages; ${advice}`;
  }
  if (sorted.length === repaired.length) return undefined;
  return `ends with ${waves.at(-1)} and would leave accounts out; ${advice}`;
}

/** Numbers first, then percentages, each sorted and without duplicates. */
function sortWaves(waves: readonly WaveDocument[]): WaveDocument[] {
  const rank = (wave: WaveDocument) => (typeof wave === 'number' ? 0 : 1);
  return [...new Set(waves)].sort(
    (a, b) => rank(a) - rank(b) || Number.parseInt(String(a), 10) - Number.parseInt(String(b), 10),
  );
}
