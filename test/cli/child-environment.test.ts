/** What the programs that rootsweep starts get of its environment. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCommitted } from './repository.js';

const POLICY = 'version: 1\n';
const PROGRAMS = ['git', 'ssh-keygen', 'ssh-add'] as const;
const skip = spawnSync('ssh-keygen', ['-?']).error !== undefined && 'ssh-keygen is not installed';

/** What somebody who plans may have set, and what no program needs to know. */
const SECRETS = {
  AWS_ACCESS_KEY_ID: 'secret-id',
  AWS_SECRET_ACCESS_KEY: 'secret-key',
  AWS_SESSION_TOKEN: 'secret-token',
  AWS_PROFILE: 'secret-profile',
  AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret-container',
  aws_web_identity_token_file: 'secret-file',
  ROOTSWEEP_KEY: 'secret-rootsweep',
  GITHUB_TOKEN: 'secret-github',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret-actions',
  NODE_OPTIONS: '--title=secret-options',
  LD_LIBRARY_PATH: '/secret-library',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.sshCommand',
  GIT_CONFIG_VALUE_0: 'secret-command',
  GIT_SSH_COMMAND: 'secret-command',
  GIT_ASKPASS: 'secret-askpass',
  GIT_CONFIG_GLOBAL: '/secret-config',
  BASH_ENV: '/secret-bash',
};
/** Names that shells and systems set themselves. */
const OF_SHELL = ['PWD', 'OLDPWD', 'SHLVL', '_'];
const PASSED = {
  HOME: '/nowhere',
  LANG: 'C.UTF-8',
  LC_MESSAGES: 'C',
};
const OF_SSH = {
  SSH_AUTH_SOCK: '/nowhere/agent',
  SSH_ASKPASS: '/nowhere/askpass',
  SSH_ASKPASS_REQUIRE: 'never',
  SSH_SK_PROVIDER: 'internal',
  DISPLAY: ':0',
  WAYLAND_DISPLAY: 'wayland-0',
};
const SET_FOR_GIT = [
  'GIT_ALLOW_PROTOCOL',
  'GIT_CEILING_DIRECTORIES',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_NO_LAZY_FETCH',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OPTIONAL_LOCKS',
  'GIT_TERMINAL_PROMPT',
  'LC_ALL',
];

test('no program that rootsweep starts gets more of the environment than it needs, and nothing of AWS', {
  skip,
}, async (t) => {
  const { folder, run } = await createCommitted(t, POLICY, POLICY);
  const key = join(folder, 'id_ed25519');
  assert.equal(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]).status, 0);
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  for (const program of PROGRAMS) {
    const record = join(folder, `${program}.env`);
    const script = `#!/bin/sh\nenv >> '${record}'\nPATH='${process.env.PATH}' exec ${program} "$@"\n`;
    writeFileSync(join(programs, program), script);
    chmodSync(join(programs, program), 0o755);
  }
  const env = {
    ...SECRETS,
    ...PASSED,
    ...OF_SSH,
    PATH: `${programs}:${process.env.PATH}`,
    NO_COLOR: '1',
  };
  const plan = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml'];
  const commands: readonly (readonly [argv: readonly string[], code: number])[] = [
    [[...plan, '--key', 'id_ed25519'], 0],
    [[...plan, '--key', 'id_ed25519', '--base', 'main'], 0],
    // No agent holds it.
    [[...plan, '--key', 'id_ed25519.pub'], 1],
    [['verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--base', 'main'], 4],
    [['diff', 'org.plan.yaml', 'org.plan.yaml'], 0],
  ];
  const recorded = new Set<string>();
  for (const [argv, code] of commands) {
    const result = await run(argv, { env });
    assert.equal(result.code, code, `${argv.join(' ')}\n${result.stderr}`);
    for (const program of PROGRAMS) {
      const record = join(folder, `${program}.env`);
      if (!existsSync(record)) continue;
      recorded.add(program);
      const lines = readFileSync(record, 'utf8').trim().split('\n');
      assert.doesNotMatch(lines.join('\n'), /secret|AWS/i, `${program} of ${argv.join(' ')}`);
      const known = new Set([
        'PATH',
        ...Object.keys(PASSED),
        ...(program === 'git' ? SET_FOR_GIT : Object.keys(OF_SSH)),
        ...OF_SHELL,
      ]);
      const strangers = lines.filter((line) => !known.has(line.split('=')[0] ?? ''));
      assert.deepEqual(strangers, [], `${program} of ${argv.join(' ')}`);
      const needed =
        program === 'git' ? [...Object.keys(PASSED), ...SET_FOR_GIT] : Object.keys({ ...PASSED, ...OF_SSH });
      for (const name of needed)
        assert.ok(
          lines.some((line) => line.startsWith(`${name}=`)),
          `${program}: ${name}`,
        );
      rmSync(record);
    }
  }
  assert.deepEqual([...recorded].sort(), [...PROGRAMS].sort());
});
