// Installs the packed package in an empty folder, as a user would, and runs it there through npx.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'rootsweep-pack-'));
const run = (cwd, command, args, env = {}) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    throw new Error(`${[command, ...args].join(' ')} exited with ${status}\n${stdout}${stderr}`);
  return stdout;
};

let emulator;
try {
  const [{ filename, files }] = JSON.parse(run('.', 'npm', ['pack', '--json', '--pack-destination', folder]));
  run(folder, 'npm', ['init', '--yes']);
  run(folder, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `./${filename}`]);
  const rootsweep = (args, env) => run(folder, 'npx', ['--no-install', 'rootsweep', ...args], env);

  if (!rootsweep(['--help']).includes('rootsweep plan')) throw new Error('--help does not name plan');
  if (!rootsweep(['demo']).includes('left alone')) throw new Error('demo did not tell its story');

  emulator = spawn('npx', ['--no-install', 'rootsweep', 'emulate', '--accounts', '40', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [line] = await once(emulator.stdout, 'data');
  const { url, region, callers } = JSON.parse(line);
  const [{ accessKeyId, secretAccessKey }] = Object.values(callers);
  writeFileSync(
    join(folder, 'policy.yaml'),
    'version: 1\nfindings: { access-key-present: warn, signing-certificate-present: warn }\n',
  );
  rootsweep(['keygen', '--out', 'key.pem']);
  rootsweep(['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'], {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  if (!readFileSync(join(folder, 'org.plan.yaml'), 'utf8').includes('signatures:'))
    throw new Error('no signed plan');
  const page = rootsweep(['show', 'org.plan.yaml', '--format', 'html']);
  if (!page.includes('<script>') || !page.includes('<style>')) throw new Error('no page of the plan');
  console.log(`The packed package (${files.length} files) runs --help, demo, plan and show.`);
} finally {
  if (emulator?.pid !== undefined) process.kill(-emulator.pid);
  rmSync(folder, { recursive: true, force: true });
}
