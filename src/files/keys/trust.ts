/** Reads the trust file, from text to trusted keys. */
import type { RevokedPlan, Role, RoleCounts, Trust, TrustedKey } from '../../core/signing/trust.js';
import { parsePublicKey } from '../../signing/public-key.js';
import { validateAgainst } from '../schema/schema.js';
import { invalidFile, type Problem, quote } from '../yaml/problem.js';
import { parseYaml, type YamlFile } from '../yaml/yaml-file.js';

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
  const keys = documents.flatMap((document, index) => {
    const report = (key: keyof KeyDocument, sentence: string) => {
      const place = file.locate(['keys', index, key]);
      problems.push({ ...place, sentence: `keys[${index}].${key} ${sentence}` });
    };
    return parseKey(document, report) ?? [];
  });
  if (keys.length === documents.length)
    for (const problem of findDuplicates(keys, file)) problems.push(problem);
  if (problems.length > 0) throw invalidFile(code, fileName, problems);
  return { threshold, keys, revoked };
}

function parseKey(
  { name, publicKey, roles, until }: KeyDocument,
  report: (key: keyof KeyDocument, sentence: string) => void,
): TrustedKey | undefined {
  const key = parsePublicKey(publicKey);
  if (key === undefined) {
    report(
      'publicKey',
      'is no Ed25519, P-256 or SSH public key in its canonical spelling, or one that proves nothing; use the line that "rootsweep keygen" prints, or that of an SSH .pub file',
    );
    return undefined;
  }
  return { name, key, roles, ...(until === undefined ? {} : { until }) };
}

function* findDuplicates(keys: readonly TrustedKey[], file: YamlFile): Iterable<Problem> {
  const names = new Map<string, number>();
  const twins = new Map<string, number>();
  for (const [index, { name, key }] of keys.entries()) {
    const namesake = names.get(name);
    if (namesake === undefined) {
      names.set(name, index);
    } else {
      const sentence = `keys[${index}].name is ${quote(name)}, like that of keys[${namesake}]; give each key its own name`;
      yield { ...file.locate(['keys', index, 'name']), sentence };
    }
    // One key with two names or spellings would satisfy a threshold of two.
    const twin = twins.get(key.keyid);
    if (twin === undefined) {
      twins.set(key.keyid, index);
    } else {
      const sentence = `keys[${index}].publicKey is the key of ${quote(keys[twin]?.name ?? '')} once more; remove one of them`;
      yield { ...file.locate(['keys', index, 'publicKey']), sentence };
    }
  }
}
