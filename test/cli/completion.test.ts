/** `rootsweep completion`, and what real shells make of it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { type CompletedCommand, describeCompletion } from '../../src/core/cli/completion.js';
import { COMMANDS as CLASSES, openCli } from '../../src/main.js';
import { SHOW_FORMATS } from '../../src/runs/show-formats.js';
import { renderBashCompletion } from '../../src/views/cli/completion-bash.js';
import { renderFishCompletion } from '../../src/views/cli/completion-fish.js';
import { renderZshCompletion } from '../../src/views/cli/completion-zsh.js';
import { COMMANDS, createHarness } from './harness.js';
import { SCENARIO } from './planned.js';
import { assertRefused } from './refused.js';
import { completeIn, findShell, SHELLS, type Shell } from './shells.js';

const FILES = ['org.plan.yaml', 'policy.yaml'];
const FORMATS = Object.keys(SHOW_FORMATS).sort();

/** The line up to the cursor, and what may stand there. */
const LINES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['rootsweep ', [...new Set(COMMANDS.map((it) => it.split(' ')[0] ?? ''))].sort()],
  ['rootsweep unlock ', ['bucket', 'queue']],
  ['rootsweep app', ['apply', 'approve']],
  ['rootsweep -', ['--help', '--version']],
  ['rootsweep frobnicate ', []],
  ['rootsweep show --f', ['--format']],
  ['rootsweep show --format ', FORMATS],
  ['rootsweep show --format=', FORMATS],
  ['rootsweep show --format ma', ['markdown']],
  ['rootsweep show --format=ma', ['markdown']],
  ['rootsweep show --format frob', []],
  ['rootsweep show --limit ', ['comment', 'none', 'step-summary']],
  ['rootsweep show --format json pol', ['policy.yaml']],
  ['rootsweep show org', ['org.plan.yaml']],
  // A file, or a profile, that is called as a command is.
  ['rootsweep show plan --tr', ['--trust']],
  ['rootsweep --profile plan show --tr', ['--trust']],
  ['rootsweep --quiet verify --format j', ['json', 'junit']],
  ['rootsweep plan --policy pol', ['policy.yaml']],
  ['rootsweep plan --policy=pol', ['policy.yaml']],
  ['rootsweep plan --no', ['--no-color']],
  ['rootsweep plan --detailed', ['--detailed-exitcode']],
  ['rootsweep plan pol', []],
  ['rootsweep completion ', ['bash', 'fish', 'zsh']],
];

/** Commands that are called by two words, of which one is the beginning of another. */
const MADE_UP: readonly CompletedCommand[] = [
  ['open', 'rootsweep open [DOOR]', '--policy #0'],
  ['turn left', 'rootsweep turn left <WHEEL>', '--slowly'],
  ['turn right', 'rootsweep turn right', '--at #0'],
].map(([words = '', usage = '', definition = '']) =>
  describeCompletion(
    words.split(' '),
    {
      path: `rootsweep ${words}`,
      usage,
      description: "It's `[a]: $HOME \\",
      options: [{ definition, required: false, description: "an 'o' [x]: \\" }],
    },
    { '--at': ['noon', 'night'] },
  ),
);

const RENDER: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: renderBashCompletion,
  zsh: renderZshCompletion,
  fish: renderFishCompletion,
};

async function writeScript(t: TestContext, shell: Shell) {
  const { run, folder, write } = await createHarness(t, SCENARIO);
  for (const file of FILES) await write(file, '');
  const { code, stdout, stderr } = await run(['completion', shell]);
  assert.deepEqual([code, stderr], [0, '']);
  return { script: stdout, folder };
}

for (const shell of SHELLS) {
  const skip = findShell(shell) === undefined ? `${shell} is not installed` : false;

  test(`${shell} completes commands, flags, their values and files, and calls nobody`, {
    skip,
  }, async (t) => {
    const { script, folder } = await writeScript(t, shell);
    for (const [line, offered] of LINES) {
      const found = await completeIn(shell, script, line, folder);
      assert.deepEqual(found, offered, `${line}: ${found}`);
    }
    assert.ok(!existsSync(join(folder, 'called')));
  });

  test(`${shell} offers every flag of every command`, { skip }, async (t) => {
    const { script, folder } = await writeScript(t, shell);
    for (const { path, options } of openCli().definitions()) {
      const flags = options.map(({ definition }) => definition.split(' ')[0] ?? '');
      assert.deepEqual(
        await completeIn(shell, script, `${path} --`, folder),
        [...flags, '--help', '--no-color'].sort(),
        path,
      );
    }
  });

  test(`${shell} completes commands of two words, whatever is said of them`, { skip }, async (t) => {
    const { folder } = await createHarness(t, SCENARIO);
    const script = RENDER[shell](MADE_UP);
    const ask = (line: string) => completeIn(shell, script, line, folder);
    assert.deepEqual(await ask('rootsweep '), ['open', 'turn']);
    assert.deepEqual(await ask('rootsweep turn '), ['left', 'right']);
    assert.deepEqual(await ask('rootsweep turn right --at '), ['night', 'noon']);
    assert.deepEqual(await ask('rootsweep turn left --s'), ['--slowly']);
    assert.deepEqual(await ask('rootsweep open --'), ['--help', '--policy']);
  });
}

test('the script for zsh completes from a folder of $fpath, too', {
  skip: findShell('zsh') === undefined ? 'zsh is not installed' : false,
}, async (t) => {
  const { folder, write } = await createHarness(t, SCENARIO);
  await write('_rootsweep', RENDER.zsh(MADE_UP));
  const asked = `fpath=("$PWD" $fpath); autoload -Uz compinit && compinit -u -D; print -r -- $_comps[rootsweep]`;
  const { stdout } = await promisify(execFile)('zsh', ['-f', '-c', asked], { cwd: folder });
  assert.equal(stdout, '_rootsweep\n');
});

test('what a flag takes is said in its description, word by word, and --format is never without', () => {
  const cli = openCli();
  for (const { path, usage, options } of cli.definitions()) {
    const choices = CLASSES.find(({ paths }) => `rootsweep ${paths?.[0]?.join(' ')}` === path)?.choices ?? {};
    const told = new Map(
      options.map(({ definition, description }) => [definition.split(' ')[0], description]),
    );
    assert.ok(!told.has('--format') || choices['--format'] !== undefined, path);
    for (const [name, words] of Object.entries(choices)) {
      if (!name.startsWith('--')) {
        assert.match(usage, new RegExp(`[<[]${name}[>\\]]`));
        continue;
      }
      for (const word of words) assert.match(told.get(name) ?? '', new RegExp(`\\b${word}\\b`), path + name);
    }
  }
});

test('completion is refused for a shell that there is no script for', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await assertRefused(harness, {
    argv: ['completion', 'tcsh'],
    code: 1,
    says: 'SHELL is "bash", "zsh" or "fish", not "tcsh"',
    hint: 'for example: rootsweep completion bash',
  });
});

test('completion --json holds the script', async (t) => {
  const { run } = await createHarness(t, SCENARIO);
  const { stdout: script } = await run(['completion', 'fish']);
  const { stdout, stderr, code } = await run(['completion', 'fish', '--json']);
  assert.deepEqual(JSON.parse(stdout), { version: 1, type: 'completion', shell: 'fish', script });
  assert.deepEqual([code, stderr], [0, '']);
});
