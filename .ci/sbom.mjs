// Prints the bill of materials, CycloneDX, of what is installed with the package. `npm sbom --omit dev` leaves out what
// a tool for building or testing needs as well; so npm is shown a lock file that has no such tools.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { devDependencies: _, ...manifest } = read('package.json');
const { packages, ...lock } = read('package-lock.json');
const { devDependencies: __, ...root } = packages[''];
const installed = Object.fromEntries(Object.entries(packages).filter(([, { dev }]) => dev !== true));

const folder = mkdtempSync(join(tmpdir(), 'rootsweep-sbom-'));
try {
  const files = {
    'package.json': manifest,
    'package-lock.json': { ...lock, packages: { ...installed, '': root } },
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value));
  const { status } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
