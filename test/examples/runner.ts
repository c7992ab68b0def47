/** Runs the steps of a pipeline as its file says them: the scripts, and who is told what by the environment. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const EXAMPLES = join(ROOT, 'examples');

export type Values = Readonly<Record<string, string>>;

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly run?: string;
  readonly shell?: string;
  readonly 'working-directory'?: string;
  readonly env?: Values;
}

export interface Ran {
  /** Of the first step that failed; 0 for none. */
  readonly code: number;
  readonly outputs: Values;
  /** What was written for the summary of the run. */
  readonly summary: string;
  /** The actions that were called, with what they were given. */
  readonly called: readonly { readonly uses: string; readonly with: Values }[];
  readonly log: string;
}

export interface ScriptSettings {
  readonly cwd: string;
  readonly env: Values;
}

/** A folder of programs for the path: `npm ci` installs rootsweep as it was built, in the folder that --prefix names. */
export function installPrograms(folder: string): string {
  const bin = join(folder, '.programs');
  mkdirSync(bin);
  const npm = `#!/bin/sh
[ "$1 $2" = 'ci --ignore-scripts' ] || exit 97
[ "$3" = --prefix ] && [ -e "$4/package-lock.json" ] && mkdir "$4/node_modules" || exit 98
ln -s '${ROOT}' "$4/node_modules/rootsweep"
`;
  writeFileSync(join(bin, 'npm'), npm, { mode: 0o755 });
  symlinkSync(process.execPath, join(bin, 'node'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/rootsweep'));
  return bin;
}

export async function runScript(script: string, { cwd, env }: ScriptSettings) {
  // As GitHub Actions starts "shell: bash", and GitLab its scripts.
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, log };
}

/** Runs steps of GitHub Actions; calls of other actions are written down. */
export async function runSteps(
  steps: readonly Step[],
  context: Values,
  { cwd, env }: ScriptSettings,
): Promise<Ran> {
  const known: Record<string, string> = { ...context };
  const [output, summary] = ['output', 'summary'].map((name) =>
    join(dirname(env.PATH?.split(':')[0] ?? ''), name),
  );
  const called: { uses: string; with: Values }[] = [];
  const outputs: Record<string, string> = {};
  let [code, log] = [0, ''];
  writeFileSync(summary ?? '', '');
  for (const step of steps) {
    if (!holds(step.if ?? 'success()', known, code === 0)) continue;
    if (step.uses !== undefined) {
      called.push({ uses: step.uses, with: fill(step.with ?? {}, known) });
      continue;
    }
    writeFileSync(output ?? '', '');
    const files = { GITHUB_OUTPUT: output ?? '', GITHUB_STEP_SUMMARY: summary ?? '' };
    const ran = await runScript(step.run ?? '', {
      cwd: join(cwd, fill({ in: step['working-directory'] ?? '' }, known).in ?? ''),
      env: { ...env, ...files, ...fill(step.env ?? {}, known) },
    });
    log += ran.log;
    if (code === 0) code = ran.code;
    known[`steps.${step.id}.outcome`] = ran.code === 0 ? 'success' : 'failure';
    for (const line of readFileSync(output ?? '', 'utf8')
      .split('\n')
      .filter(Boolean)) {
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(line) ?? [];
      outputs[name] = value;
      known[`steps.${step.id}.outputs.${name}`] = value;
    }
  }
  return { code, outputs, summary: readFileSync(summary ?? '', 'utf8'), called, log };
}

function fill(values: Readonly<Record<string, string | number | boolean>>, context: Values): Values {
  const filled = Object.entries(values).map(([name, value]) => [
    name,
    String(value).replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, path: string) => context[path] ?? ''),
  ]);
  return Object.fromEntries(filled) as Values;
}

/** A condition of as much of the language as the examples use. */
function holds(condition: string, context: Values, success: boolean): boolean {
  const parts = condition.split(' && ');
  return (
    (success || parts.includes('always()')) &&
    parts.every((part) => {
      if (part === 'success()' || part === 'always()') return true;
      const [, path = '', sign, value] = /^([\w.-]+) (==|!=) '([^']*)'$/.exec(part) ?? [];
      assert.ok(sign !== undefined, `the condition "${part}" is not understood`);
      return ((context[path] ?? '') === value) === (sign === '==');
    })
  );
}
