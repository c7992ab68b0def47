/** Reads the trust file, from text to trusted keys. */
import type { RevokedPlan, Role, RoleCounts, Trust, TrustedKey } from '../../core/signing/trust.js';
import { parsePublicKey } from '../../signing/public-key.js';
import { validateAgainst } from '../schema/schema.js';
import { findRepeats, invalidFile, type Problem, quote } from '../yaml/problem.js';
import { parseYaml } from '../yaml/yaml-file.js';

/** The content of a trust file that matches its schema. */
interface TrustDocument {
  readonly version: 1;
  readonly threshold: Pick<RoleCounts, 'planner'> & Partial<RoleCounts>;
  readonly keys: readonly KeyDocument[];
  readonly revoked?: readonly RevokedPlan[];
}

interface KeyDocument {
  readonly name: string;
  readonly publicKey: string;
  readonly roles: readonly Role[];
  readonly until?: string;
}

/**
 * Parses a trust file.
 * @param fileName used in the messages; the text is not read from it.
 * @throws RootsweepError TRUST_INVALID with a line `file:line:column: sentence` for each problem.
 */
export function parseTrust(text: string, fileName: string): Trust {
  const code = 'TRUST_INVALID';
  const file = parseYaml(text, fileName, { code });
  validateAgainst('trust.schema.json', file, fileName, { code });
  // The schema validated the shape.
  const { threshold: demanded, keys: documents, revoked = [] } = file.value as TrustDocument;
  const threshold = { approver: 0, witness: 0, ...demanded };
  const problems: Problem[] = [];
  const report = (index: number, key: keyof KeyDocument, sentence: string) => {
    const place = file.locate(['keys', index, key]);
    problems.push({ ...place, sentence: `keys[${index}].${key} ${sentence}` });
  };
  const keys = documents.flatMap(({ name, publicKey, roles, until }, index): TrustedKey[] => {
    const key = parsePublicKey(publicKey);
    if (key !== undefined) return [{ name, key, roles, ...(until === undefined ? {} : { until }) }];
    report(
      index,
      'publicKey',
      'is no Ed25519, P-256 or SSH public key in its canonical spelling, or one that proves nothing; use the line that "rootsweep keygen" prints, or that of an SSH .pub file',
    );
    return [];
  });
  if (keys.length === documents.length) {
    const names = keys.map(({ name }) => name);
    for (const [index, first] of findRepeats(names)) {
      const sentence = `is ${quote(names[index] ?? '')}, like that of keys[${first}]; give each key its own name`;
      report(index, 'name', sentence);
    }
    // One key with two names or spellings would satisfy a threshold of two.
    for (const [index, first] of findRepeats(keys.map(({ key }) => key.keyid))) {
      const sentence = `is the key of ${quote(names[first] ?? '')} once more; remove one of them`;
      report(index, 'publicKey', sentence);
    }
  }
  if (problems.length > 0) throw invalidFile(code, fileName, problems);
  return { threshold, keys, revoked };
}
