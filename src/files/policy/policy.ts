/** Reads the policy file, from text to a complete policy. */

import { parseDuration } from '../../core/base/duration.js';
import {
  DEFAULT_FINDINGS,
  type FindingSettings,
  type Policy,
  type Rule,
  type Waiver,
  type Wave,
} from '../../core/policy/policy.js';
import { validateAgainst } from '../schema/schema.js';
import { invalidFile } from '../yaml/problem.js';
import { parseYaml, type YamlFile } from '../yaml/yaml-file.js';
import { checkPolicy, DEFAULT_EXPIRY, namedBy } from './policy-checks.js';
import type { FindingsDocument, PolicyFileContent, WaiverDocument, WaveDocument } from './policy-file.js';

const DEFAULTS = {
  delete: ['password', 'mfa-device'],
  unusedFor: '90d',
  blocking: 'organization',
  expiresAfter: DEFAULT_EXPIRY,
  waves: [1, 10, '100%'],
  stopAfterFailures: 1,
} as const;

/**
 * Parses a policy and adds the defaults.
 * @param fileName used in the messages; the text is not read from it.
 * @throws RootsweepError POLICY_INVALID with a line `file:line:column: sentence` for each problem.
 */
export function parsePolicy(text: string, fileName: string): Policy {
  const code = 'POLICY_INVALID';
  const file = parseYaml(text, fileName, { code });
  validateAgainst('policy.schema.json', file, fileName, { code });
  // The schema validated the shape.
  const document = file.value as PolicyFileContent;
  const problems = checkPolicy(document, file);
  if (problems.length > 0) throw invalidFile(code, fileName, problems);
  return completePolicy(document, file);
}

function completePolicy(document: PolicyFileContent, file: YamlFile): Policy {
  const { organization, include = [], exclude = [], guards = {}, waivers = [], rollout = {} } = document;
  return {
    ...(organization === undefined ? {} : { organization }),
    include: include.map((selector, index) => ({ ...placeRule('include', index, file), selector })),
    exclude: exclude.map(({ reason, until, ...selector }, index) => ({
      ...placeRule('exclude', index, file),
      selector,
      reason,
      ...(until === undefined ? {} : { until }),
    })),
    delete: new Set(document.delete ?? DEFAULTS.delete),
    unusedFor: readDuration(guards['access-key']?.unusedFor ?? DEFAULTS.unusedFor),
    waivers: waivers.map((waiver, index) => readWaiver(waiver, index, file)),
    findings: completeFindings(document.findings ?? {}),
    blocking: document.blocking ?? DEFAULTS.blocking,
    limits: document.limits ?? {},
    ...(document.notBefore === undefined ? {} : { notBefore: readDuration(document.notBefore) }),
    expiresAfter: readDuration(document.expiresAfter ?? DEFAULTS.expiresAfter),
    rollout: {
      waves: (rollout.waves ?? DEFAULTS.waves).map(readWave),
      stopAfterFailures: rollout.stopAfterFailures ?? DEFAULTS.stopAfterFailures,
    },
  };
}

function placeRule(kind: 'include' | 'exclude', index: number, file: YamlFile): Omit<Rule, 'selector'> {
  return { id: `${kind}[${index}]`, ...file.locate([kind, index]) };
}

function readWaiver(waiver: WaiverDocument, index: number, file: YamlFile): Waiver {
  const { reason, until } = waiver;
  const { line } = file.locate(['waivers', index]);
  return { ...namedBy(waiver), place: `waivers[${index}]`, line, reason, until };
}

function completeFindings(document: FindingsDocument): FindingSettings {
  const { 'root-used-recently': recent, 'selector-unmatched': unmatched, ...severities } = document;
  const { severity, unmatched: unmatchedDefault, recentDays } = DEFAULT_FINDINGS;
  const used = typeof recent === 'string' ? { severity: recent } : recent;
  return {
    severity: {
      ...severity,
      ...severities,
      'root-used-recently': used?.severity ?? severity['root-used-recently'],
    },
    unmatched:
      typeof unmatched === 'string'
        ? { include: unmatched, exclude: unmatched }
        : { ...unmatchedDefault, ...unmatched },
    recentDays: used?.days ?? recentDays,
  };
}

function readDuration(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined) throw new TypeError(`the schema let "${text}" pass for a duration`);
  return duration;
}

function readWave(wave: WaveDocument): Wave {
  if (typeof wave === 'number') return { kind: 'accounts', value: wave };
  return { kind: 'percent', value: Number.parseInt(wave, 10) };
}
