/** The file that lists several organizations. */
import { isAbsolute, win32 } from 'node:path';
import type { OrganizationEntry } from '../../core/account/organizations.js';
import { validateAgainst } from '../schema/schema.js';
import { findRepeats, invalidFile, type Problem, quote } from '../yaml/problem.js';
import { parseYaml } from '../yaml/yaml-file.js';

/** Values that must be unique, so that one organization's credentials or plan are never used for another. */
const UNIQUE = ['name', 'organization', 'profile', 'plan'] as const;

/**
 * @param fileName used in the messages; the text is not read from it.
 * @throws RootsweepError ORGANIZATIONS_INVALID with a line `file:line:column: sentence` for each problem.
 */
export function parseOrganizations(text: string, fileName: string): OrganizationEntry[] {
  const code = 'ORGANIZATIONS_INVALID';
  const file = parseYaml(text, fileName, { code });
  validateAgainst('organizations.schema.json', file, fileName, { code });
  // The schema validated the shape.
  const { organizations } = file.value as { readonly organizations: readonly OrganizationEntry[] };
  const problems: Problem[] = [];
  for (const [index, entry] of organizations.entries()) {
    if (!leadsOut(entry.plan)) continue;
    const place = file.locate(['organizations', index, 'plan']);
    const sentence = `organizations[${index}].plan is ${quote(entry.plan)}; name a file below the folder of this file, such as "production/org.plan.yaml"`;
    problems.push({ ...place, sentence });
  }
  for (const key of UNIQUE) {
    const values = organizations.map((entry) => entry[key]);
    for (const [index, first] of findRepeats(values)) {
      const place = file.locate(['organizations', index, key]);
      const sentence = `organizations[${index}].${key} is ${quote(values[index] ?? '')}, like that of organizations[${first}]; give each its own`;
      problems.push({ ...place, sentence });
    }
  }
  if (problems.length > 0) throw invalidFile(code, fileName, problems);
  return [...organizations];
}

/** Checks the path alone, for any operating system; links are checked elsewhere. */
function leadsOut(path: string): boolean {
  return (
    isAbsolute(path) || win32.isAbsolute(path) || /^[a-z]:/i.test(path) || path.split(/[\\/]/).includes('..')
  );
}
