/** The defaults of settings that a policy file leaves out. */

import { parseYaml } from '../yaml/yaml-file.js';
import { parsePolicy } from './policy.js';

/** Descriptions of the settings that decide about accounts, with the values of an empty policy. */
const IN_WORDS: Readonly<Record<string, () => string>> = {
  include: () => 'every member account',
  exclude: () => 'no account',
  delete: () => [...EMPTY().delete].join(', '),
  findings: () => {
    const { severity, unmatched } = EMPTY().findings;
    const all = { ...severity, 'selector-unmatched of exclude': unmatched.exclude };
    const blocking = Object.entries(all).flatMap(([code, weight]) => (weight === 'block' ? [code] : []));
    return `block at ${blocking.join(', ')}`;
  },
  blocking: () => EMPTY().blocking,
};

const EMPTY = () => parsePolicy('version: 1\n', 'policy.yaml');

/** @param text of a policy that was parsed successfully. */
export function listDefaults(
  text: string,
  fileName: string,
): { readonly key: string; readonly value: string }[] {
  const { value } = parseYaml(text, fileName, { code: 'POLICY_INVALID' });
  const given = new Set(Object.keys(value as object));
  return Object.entries(IN_WORDS)
    .filter(([key]) => !given.has(key))
    .map(([key, describe]) => ({ key, value: describe() }));
}
