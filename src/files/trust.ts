/** The trust file: from its text to the keys whose signatures count. */
import type { Trust, TrustedKey } from '../core/trust.js';
import { invalidFile, type Problem, quote } from './problem.js';
import { validateAgainst } from './schema.js';
import { parseYaml, type YamlFile } from './yaml-file.js';

/** A trust file as its schema lets it be. */
interface TrustDocument {
  readonly version: 1;
  readonly threshold: number;
  readonly keys: readonly Pick<TrustedKey, 'name' | 'publicKey'>[];
}

/**
 * Parses a trust file. What a key's bytes mean is checked where they are used.
 * @param fileName stands in the problems; the text is not read from it.
 * @throws RootsweepError TRUST_INVALID with a line `file:line:column: sentence` for each problem.
 */
export function parseTrust(text: string, fileName: string): Trust {
  const code = 'TRUST_INVALID';
  const file = parseYaml(text, fileName, { code });
  validateAgainst('trust.schema.json', file, fileName, { code });
  // The schema has just proven the shape.
  const { threshold, keys } = file.value as TrustDocument;
  const problems = checkTrust(threshold, keys, file);
  if (problems.length > 0) throw invalidFile(code, fileName, problems);
  return {
    threshold,
    keys: keys.map(({ name, publicKey }, index) => ({ name, publicKey, ...file.locate(['keys', index]) })),
  };
}

function checkTrust(threshold: number, keys: TrustDocument['keys'], file: YamlFile): Problem[] {
  const problems: Problem[] = [];
  const names = new Map<string, number>();
  const holders = new Map<string, string>();
  for (const [index, { name, publicKey }] of keys.entries()) {
    const report = (key: keyof TrustedKey, sentence: string) => {
      const place = file.locate(['keys', index, key]);
      problems.push({ ...place, sentence: `keys[${index}].${key} ${sentence}` });
    };
    const first = names.get(name);
    if (first === undefined) names.set(name, index);
    else report('name', `is ${quote(name)}, like that of keys[${first}]; give each key its own name`);

    if (Buffer.from(publicKey, 'base64').toString('base64') !== publicKey) {
      report('publicKey', 'is no canonical base64; use the line that "rootsweep keygen" prints');
    }
    // One key under two names would make up a threshold of two.
    const holder = holders.get(publicKey);
    if (holder === undefined) holders.set(publicKey, name);
    else report('publicKey', `is the key of ${quote(holder)} once more; remove one of them`);
  }
  if (threshold > keys.length) {
    const known = `${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`;
    const sentence = `threshold is ${threshold}, but there ${keys.length === 1 ? 'is' : 'are'} ${known}; add keys or write threshold: ${keys.length}`;
    problems.push({ ...file.locate(['threshold']), sentence });
  }
  return problems;
}
