/** Attacks on where trust comes from: a repository, a place that others can write to, a folder that is none. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promises } from 'node:fs';
import { chmod, chown, copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assertAttackFails, assertTaken, createTarget, FILE } from './attacks.js';
import { createHarness } from './harness.js';
import { ORGANIZATION, type Planned, SCENARIO } from './planned.js';
import { createApplied, RECEIPT } from './receipts.js';
import { assertRefused } from './refused.js';
import { copyTrust, runGit } from './repository.js';
import { BIN } from './spawned.js';

const VERIFY = ['verify', FILE, '--policy', 'policy.yaml'];
const APPLY = ['apply', FILE, '--policy', 'policy.yaml', '--confirm', ORGANIZATION];
const WITH_GIT = { NO_COLOR: '1', PATH: process.env.PATH };
const WITHOUT_GIT = { NO_COLOR: '1', PATH: '/nonexistent' };
const USER = process.getuid?.() ?? 0;

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const bothWaysOut = (name: string, sha256: string) =>
  `keep a copy outside the repository and name that one, or, once you have read this one, pass: --trust ${name} --confirm-trust sha256:${sha256}`;
const IN_REPOSITORY = (name = 'trust.yaml') =>
  `the trust file "${name}" is in the repository of "${FILE}", where a pull request can change it`;

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-elsewhere-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const startRepository = (folder: string) => runGit(folder, 'init', '--quiet', '--initial-branch=main');

/** A good plan in a repository, beside a trust file that a pull request can change. */
async function createCheckout(t: TestContext): Promise<{ target: Planned; sha256: string }> {
  const target = await createTarget(t);
  await startRepository(target.folder);
  return { target, sha256: digest(await target.read('trust.yaml')) };
}

/** Another repository, which tracks a copy of the trust file. */
async function trackElsewhere(t: TestContext, target: Planned): Promise<string> {
  const folder = await makeFolder(t);
  await startRepository(folder);
  await copyFile(join(target.folder, 'trust.yaml'), join(folder, 'trust.yaml'));
  await runGit(folder, 'add', 'trust.yaml');
  return folder;
}

for (const [key, value, line] of [
  [
    'trust',
    'attacker.yaml',
    'say who is trusted: remove it, and pass --trust, set ROOTSWEEP_TRUST, or keep trust.yaml',
  ],
  [
    'key',
    'awskms:alias/x',
    'name the signing key: remove it, and pass --key, set ROOTSWEEP_KEY, or keep signing-key.pem',
  ],
] as const) {
  for (const command of ['plan', 'apply'] as const) {
    test(`organizations file that names ${key}: ${command} refuses it, whatever the flags say`, async (t) => {
      const target = await createTarget(t);
      await target.write(
        'organizations.yaml',
        `version: 1\norganizations:\n  - name: shop\n    organization: ${ORGANIZATION}\n    profile: shop\n    policy: policy.yaml\n    plan: ${FILE}\n    ${key}: ${value}\n`,
      );
      const flags =
        command === 'plan' ? ['--key', 'key.pem'] : ['--trust', 'trust.yaml', '--confirm', ORGANIZATION];
      await assertRefused(target, {
        argv: [command, '--organizations', 'organizations.yaml', ...flags],
        code: 4,
        says: `organizations.yaml:8:${key.length + 7}: organizations[0].${key} is "${value}"; a file in a repository must not ${line} in your configuration folder`,
        hint: 'correct it and try again; schemas/organizations.schema.json describes every key',
      });
    });
  }
}

test('organizations file with an unknown key: those that are refused are not among the known ones', async (t) => {
  const target = await createTarget(t);
  await target.write('organizations.yaml', `version: 1\norganizations:\n  - truss: x\n`);
  const { code, stderr } = await target.run(['plan', '--organizations', 'organizations.yaml']);
  assert.equal(code, 4);
  assert.match(stderr, /known keys are name, organization, profile, region, policy, plan\n/);
});

test('trust file in the repository of the plan: everybody refuses it, and says both ways out', async (t) => {
  const { target, sha256 } = await createCheckout(t);
  await assertAttackFails(target, {
    says: IN_REPOSITORY(),
    hint: bothWaysOut('trust.yaml', sha256),
    options: { env: WITH_GIT },
  });
});

test('trust file in the repository of the plan: it is refused where git is not installed, too', async (t) => {
  const { target } = await createCheckout(t);
  await assertAttackFails(target, {
    says: IN_REPOSITORY(),
    hint: /^keep a copy/,
    options: { env: WITHOUT_GIT },
  });
});

test('trust file in the repository of the plan: a copy elsewhere counts', async (t) => {
  const { target } = await createCheckout(t);
  const { code, stderr } = await target.run([...VERIFY, '--trust', await copyTrust(t, target)], {
    env: WITH_GIT,
  });
  assert.equal(code, 0, stderr);
});

test('trust file in the repository of the receipt: verify refuses it', async (t) => {
  const applied = await createApplied(t);
  await applied.sign();
  await startRepository(applied.folder);
  const { code, stderr } = await applied.run(['verify', RECEIPT, '--trust', 'trust.yaml'], { env: WITH_GIT });
  assert.equal(code, 4);
  assert.match(stderr, /^Error: the trust file "trust\.yaml" is in the repository of "org\.receipt\.yaml", /);
});

for (const [what, argv] of [
  ['diff', ['diff', FILE, FILE]],
  ['notice', ['notice', FILE]],
] as const) {
  test(`trust file in the repository of the plan: ${what} refuses it, and takes the confirmed one`, async (t) => {
    const { target, sha256 } = await createCheckout(t);
    const trusted = [...argv, '--trust', 'trust.yaml'];
    const options = { env: WITH_GIT };
    const says = IN_REPOSITORY();
    await assertRefused(target, {
      argv: trusted,
      code: 4,
      says,
      hint: bothWaysOut('trust.yaml', sha256),
      options,
    });
    assert.equal((await target.run([...trusted, '--confirm-trust', sha256], options)).code, 0);
  });
}

for (const [what, make] of [
  [
    'a link from elsewhere to it',
    async (target: Planned, elsewhere: string) => {
      await symlink(join(target.folder, 'trust.yaml'), join(elsewhere, 'link.yaml'));
      return join(elsewhere, 'link.yaml');
    },
  ],
  [
    'a link in the repository that leads elsewhere',
    async (target: Planned, elsewhere: string) => {
      await rename(join(target.folder, 'trust.yaml'), join(elsewhere, 'trust.yaml'));
      await symlink(join(elsewhere, 'trust.yaml'), join(target.folder, 'trust.yaml'));
      return join(target.folder, 'trust.yaml');
    },
  ],
  [
    'a folder in the repository that is a link to elsewhere',
    async (target: Planned, elsewhere: string) => {
      await rename(join(target.folder, 'trust.yaml'), join(elsewhere, 'trust.yaml'));
      await symlink(elsewhere, join(target.folder, 'safe'));
      return join(target.folder, 'safe', 'trust.yaml');
    },
  ],
  [
    'another name of the repository',
    async (target: Planned, elsewhere: string) => {
      await symlink(target.folder, join(elsewhere, 'checkout'));
      return join(elsewhere, 'checkout', 'trust.yaml');
    },
  ],
] as const) {
  test(`trust file in the repository of the plan, through ${what}: refused`, async (t) => {
    const { target, sha256 } = await createCheckout(t);
    const path = await make(target, await makeFolder(t));
    await assertRefused(target, {
      argv: [...APPLY, '--trust', path],
      code: 4,
      says: IN_REPOSITORY(path.replace(target.folder, '.')),
      hint: bothWaysOut(path, sha256).replace(target.folder, '.'),
      options: { env: WITHOUT_GIT },
    });
  });
}

test('trust file in the repository that a link to the plan, in another one, leads to: refused', async (t) => {
  const { target } = await createCheckout(t);
  const elsewhere = await makeFolder(t);
  await startRepository(elsewhere);
  await symlink(join(target.folder, FILE), join(elsewhere, FILE));
  const { code, stderr } = await target.run(
    ['show', join(elsewhere, FILE), '--trust', join(target.folder, 'trust.yaml')],
    { env: WITHOUT_GIT },
  );
  assert.equal(code, 4);
  assert.match(stderr, /is in the repository of /);
});

test('trust file in a repository: the confirmed one counts, with and without the prefix', async (t) => {
  const { target, sha256 } = await createCheckout(t);
  for (const confirmed of [sha256, `sha256:${sha256}`, sha256.toUpperCase()]) {
    const argv = [...VERIFY, '--trust', 'trust.yaml', '--confirm-trust', confirmed];
    const { code, stderr } = await target.run(argv, { env: WITH_GIT });
    assert.equal(code, 0, stderr);
    const next = `rootsweep apply ${FILE} --policy policy.yaml --trust trust.yaml --confirm-trust ${confirmed}`;
    assert.equal(stderr, `Next: run: ${next}\n`);
  }
  const applied = await target.run([...APPLY, '--trust', 'trust.yaml', '--confirm-trust', sha256], {
    env: WITH_GIT,
  });
  assert.equal(applied.code, 0, applied.stderr);
});

test('trust file that was changed after it was confirmed: everybody refuses it', async (t) => {
  const { target, sha256 } = await createCheckout(t);
  const changed = `${await target.read('trust.yaml')}# and one more\n`;
  await target.write('trust.yaml', changed);
  for (const argv of [VERIFY, APPLY, ['show', FILE]]) {
    await assertRefused(target, {
      argv: [...argv, '--trust', 'trust.yaml', '--confirm-trust', sha256],
      code: 4,
      says: `--confirm-trust is "${sha256}", and the trust file "trust.yaml" has the digest sha256:${digest(changed)}`,
      hint: 'the file is not the one that was confirmed: find out who changed it, and read it again',
      options: { env: WITH_GIT },
    });
  }
});

test('trust file outside every repository: a digest that is given is compared', async (t) => {
  const target = await createTarget(t);
  const argv = [...VERIFY, '--trust', 'trust.yaml', '--confirm-trust', '0'.repeat(64)];
  assert.equal((await target.run(argv)).code, 4);
});

test('half a digest confirms nothing', async (t) => {
  const { target, sha256 } = await createCheckout(t);
  const half = sha256.slice(0, 32);
  await assertRefused(target, {
    argv: [...APPLY, '--trust', 'trust.yaml', '--confirm-trust', half],
    code: 1,
    says: `--confirm-trust takes the SHA-256 of the trust file, 64 hexadecimal digits, not "${half}"`,
    hint: 'to get it, run: sha256sum trust.yaml',
  });
});

for (const argv of [['notice', FILE]]) {
  test(`${argv[0]} --confirm-trust without --trust is refused: no trust file is read`, async (t) => {
    const { target, sha256 } = await createCheckout(t);
    await assertRefused(target, {
      argv: [...argv, '--confirm-trust', sha256],
      code: 1,
      says: '--confirm-trust confirms the file of --trust, and there is no --trust',
      hint: 'pass --trust FILE, too',
    });
  });
}

for (const confirmed of [false, true]) {
  const how = confirmed ? ', although it is confirmed' : '';

  test(`trust file in the repository that ROOTSWEEP_TRUST names: refused${how}`, async (t) => {
    const { target, sha256 } = await createCheckout(t);
    for (const argv of [VERIFY, APPLY]) {
      await assertRefused(target, {
        argv: [...argv, ...(confirmed ? ['--confirm-trust', sha256] : [])],
        code: 4,
        says: IN_REPOSITORY(),
        hint: bothWaysOut('trust.yaml', sha256),
        options: { env: { ...WITH_GIT, ROOTSWEEP_TRUST: 'trust.yaml' } },
      });
    }
  });

  test(`configuration folder in the repository of the plan: its trust file is refused${how}`, async (t) => {
    const { target, sha256 } = await createCheckout(t);
    await mkdir(join(target.folder, '.config', 'rootsweep'), { recursive: true });
    await copyFile(join(target.folder, 'trust.yaml'), join(target.folder, '.config/rootsweep/trust.yaml'));
    for (const argv of [VERIFY, APPLY]) {
      await assertRefused(target, {
        argv: [...argv, ...(confirmed ? ['--confirm-trust', sha256] : [])],
        code: 4,
        says: IN_REPOSITORY('./.config/rootsweep/trust.yaml'),
        hint: bothWaysOut('./.config/rootsweep/trust.yaml', sha256),
        options: { env: WITH_GIT },
      });
    }
  });
}

test('trust file that git tracks in another repository: refused', async (t) => {
  const target = await createTarget(t);
  const path = join(await trackElsewhere(t, target), 'trust.yaml');
  await assertRefused(target, {
    argv: [...APPLY, '--trust', path],
    code: 4,
    says: `git tracks "${path}", so that a pull request can change the trust file "${path}"`,
    hint: bothWaysOut(path, digest(await target.read('trust.yaml'))),
    options: { env: WITH_GIT },
  });
});

test('trust file that git tracks in another repository, through a link from elsewhere: refused', async (t) => {
  const target = await createTarget(t);
  const path = join(await trackElsewhere(t, target), 'trust.yaml');
  await rm(join(target.folder, 'trust.yaml'));
  await symlink(path, join(target.folder, 'trust.yaml'));
  await assertAttackFails(target, {
    says: `git tracks "${path}", so that a pull request can change the trust file "trust.yaml"`,
    hint: /^keep a copy/,
    options: { env: WITH_GIT },
  });
});

test('link that git tracks in another repository, to a trust file that it does not track: refused', async (t) => {
  const target = await createTarget(t);
  const folder = await trackElsewhere(t, target);
  await symlink(await copyTrust(t, target), join(folder, 'link.yaml'));
  await runGit(folder, 'add', 'link.yaml');
  const { code, stderr } = await target.run([...VERIFY, '--trust', join(folder, 'link.yaml')], {
    env: WITH_GIT,
  });
  assert.equal(code, 4);
  assert.match(stderr, /^Error: git tracks ".*link\.yaml", so that /);
});

test('trust file in another repository, which does not track it: it counts', async (t) => {
  const target = await createTarget(t);
  const folder = await trackElsewhere(t, target);
  await runGit(folder, 'rm', '--quiet', '--cached', 'trust.yaml');
  const { code, stderr } = await target.run([...VERIFY, '--trust', join(folder, 'trust.yaml')], {
    env: WITH_GIT,
  });
  assert.equal(code, 0, stderr);
});

test('trust file in another repository, of which git says nothing: refused', async (t) => {
  const target = await createTarget(t);
  const folder = await trackElsewhere(t, target);
  await writeFile(join(folder, '.git', 'index'), 'no index');
  const path = join(folder, 'trust.yaml');
  const { code, stderr } = await target.run([...VERIFY, '--trust', path], { env: WITH_GIT });
  assert.equal(code, 4);
  assert.match(stderr, /^Error: whether git tracks the trust file ".*" is unknown: git says: /);
});

test('trust file in another repository where git is not installed: it counts', async (t) => {
  const target = await createTarget(t);
  const folder = await trackElsewhere(t, target);
  const { code, stderr } = await target.run([...VERIFY, '--trust', join(folder, 'trust.yaml')], {
    env: WITHOUT_GIT,
  });
  assert.equal(code, 0, stderr);
});

const onUnix = { skip: process.platform === 'win32' && 'Windows has no such permissions' };

for (const [mode, who] of [
  [0o666, 'everybody'],
  [0o602, 'everybody'],
  [0o660, 'its group'],
] as const) {
  const octal = mode.toString(8).padStart(4, '0');
  test(`trust file of mode ${octal}: everybody refuses it`, onUnix, async (t) => {
    const target = await createTarget(t);
    await chmod(join(target.folder, 'trust.yaml'), mode);
    await assertAttackFails(target, {
      says: `others can change the trust file "trust.yaml": the file "./trust.yaml" can be written by ${who} (mode ${octal})`,
      hint: 'run, if nobody has changed it: chmod go-w ./trust.yaml',
    });
  });
}

/** The folder that others can write to, and the name of the trust file. */
const WAYS: readonly (readonly [
  what: string,
  make: (target: Planned) => Promise<readonly [open: string, name: string]>,
])[] = [
  [
    'in a folder that others can write to',
    async ({ folder }) => {
      await mkdir(join(folder, 'open'));
      await rename(join(folder, 'trust.yaml'), join(folder, 'open/trust.yaml'));
      return ['open', 'open/trust.yaml'];
    },
  ],
  [
    'below a folder that others can write to',
    async ({ folder }) => {
      await mkdir(join(folder, 'open/mine'), { recursive: true });
      await rename(join(folder, 'trust.yaml'), join(folder, 'open/mine/trust.yaml'));
      return ['open', 'open/mine/trust.yaml'];
    },
  ],
  [
    'through a link that lies in a folder that others can write to',
    async ({ folder }) => {
      await mkdir(join(folder, 'open'));
      await symlink('../trust.yaml', join(folder, 'open/link.yaml'));
      return ['open', 'open/link.yaml'];
    },
  ],
  [
    'through a link to a link that lies in a folder that others can write to',
    async ({ folder }) => {
      await mkdir(join(folder, 'open'));
      await symlink(join(folder, 'trust.yaml'), join(folder, 'open/link.yaml'));
      await symlink('open/link.yaml', join(folder, 'first.yaml'));
      return ['open', 'first.yaml'];
    },
  ],
  [
    'through a link into a folder that others can write to',
    async ({ folder }) => {
      await mkdir(join(folder, 'open'));
      await rename(join(folder, 'trust.yaml'), join(folder, 'open/trust.yaml'));
      await symlink('open', join(folder, 'folder'));
      return ['open', 'folder/trust.yaml'];
    },
  ],
];
for (const [what, make] of WAYS) {
  for (const mode of [0o777, 0o770]) {
    const octal = mode.toString(8).padStart(4, '0');
    test(`trust file ${what} (${octal}): verify and apply refuse it`, onUnix, async (t) => {
      const target = await createTarget(t);
      const [open, name] = await make(target);
      await chmod(join(target.folder, open), mode);
      for (const argv of [VERIFY, APPLY]) {
        await assertRefused(target, {
          argv: [...argv, '--trust', name],
          code: 4,
          says: `others can change the trust file "${name}": the folder "./${open}" can be written by ${mode === 0o777 ? 'everybody' : 'its group'} (mode ${octal})`,
          hint: `run, if nobody has changed it: chmod go-w ./${open}`,
        });
      }
    });
  }
}

test(
  'trust file in a folder with the sticky bit: it counts where it is root’s or the user’s',
  onUnix,
  async (t) => {
    const target = await createTarget(t);
    const [open, name] = (await WAYS[0]?.[1](target)) ?? ['', ''];
    await chmod(join(target.folder, open), 0o1777);
    const { code, stderr } = await target.run([...VERIFY, '--trust', name]);
    assert.equal(code, 0, stderr);
  },
);

test('trust file without a user id, as on Windows: permissions are not looked at', async (t) => {
  const target = await createTarget(t);
  await chmod(join(target.folder, 'trust.yaml'), 0o666);
  assert.equal((await target.verify({ userId: undefined })).code, 0);
});

/** Gives it to another user, where that is possible; else lets another user ask. */
async function estrange(path: string): Promise<{ readonly owner: number; readonly userId: number }> {
  if (USER !== 0) return { owner: USER, userId: USER + 1 };
  const { lchown } = promises;
  await lchown(path, 54_321, 54_321);
  return { owner: 54_321, userId: USER };
}

test('trust file of another user: everybody refuses it', onUnix, async (t) => {
  const target = await createTarget(t);
  const { owner, userId } = await estrange(join(target.folder, 'trust.yaml'));
  // Where the user is not root, the folder is the first that is another's.
  const found = USER === 0 ? ['file', './trust.yaml'] : ['folder', '.'];
  await assertAttackFails(target, {
    says: `others can change the trust file "trust.yaml": the ${found[0]} "${found[1]}" belongs to user ${owner}, not to root or to you (user ${userId})`,
    hint: `run as root, if nobody has changed it: chown ${userId} ${found[1]}`,
    options: { userId },
  });
});

for (const [what, name, found] of [
  ['folder', 'theirs/trust.yaml', 'theirs'],
  ['link', 'link.yaml', 'link.yaml'],
] as const) {
  test(`trust file behind a ${what} of another user: refused`, {
    skip: USER !== 0 && 'only root can give a file away',
  }, async (t) => {
    const target = await createTarget(t);
    await mkdir(join(target.folder, 'theirs'));
    await copyFile(join(target.folder, 'trust.yaml'), join(target.folder, 'theirs/trust.yaml'));
    await symlink('trust.yaml', join(target.folder, 'link.yaml'));
    await estrange(join(target.folder, found));
    await assertRefused(target, {
      argv: [...APPLY, '--trust', name],
      code: 4,
      says: `others can change the trust file "${name}": the ${what} "./${found}" belongs to user 54321, not to root or to you (user ${USER})`,
      hint: `run as root, if nobody has changed it: chown ${what === 'link' ? '-h ' : ''}${USER} ./${found}`,
    });
  });
}

test('trust file of root: it counts for everybody', {
  skip: USER !== 0 && 'only root can give a file away',
}, async (t) => {
  const target = await createTarget(t);
  await chown(target.folder, 54_321, 54_321);
  assert.equal((await target.verify({ userId: 54_321 })).code, 0);
});

test('trust file that is replaced after it was opened: refused, whatever lies there now', async (t) => {
  const target = await createTarget(t);
  const { open } = promises;
  const mocked = t.mock.method(promises, 'open', async (...args: Parameters<typeof open>) => {
    const file = await open(...args);
    if (String(args[0]).endsWith('trust.yaml')) {
      await copyFile(join(target.folder, 'trust.yaml'), join(target.folder, 'new.yaml'));
      await rename(join(target.folder, 'new.yaml'), join(target.folder, 'trust.yaml'));
    }
    return file;
  });
  syncBuiltinESMExports();
  t.after(() => {
    mocked.mock.restore();
    syncBuiltinESMExports();
  });
  const { code, stderr } = await target.verify();
  assert.equal(code, 1);
  assert.match(stderr, /^Error: the trust file ".*trust\.yaml" was replaced while it was read\n/);
});

const RELATIVE = [
  {
    what: 'a relative XDG_CONFIG_HOME',
    options: { env: { NO_COLOR: '1', XDG_CONFIG_HOME: '.config' } },
    says: 'XDG_CONFIG_HOME is not an absolute path: ".config"',
    hint: 'set XDG_CONFIG_HOME to an absolute path, or unset it to use the folder .config of your home folder',
  },
  {
    what: 'an empty home folder',
    options: { homeFolder: '' },
    says: 'there is no home folder: HOME is empty',
    hint: 'set HOME to the absolute path of your home folder, or XDG_CONFIG_HOME to that of your configuration',
  },
  {
    what: 'a relative home folder',
    options: { homeFolder: '.' },
    says: 'the home folder is not an absolute path: "."',
    hint: 'set HOME to the absolute path of your home folder, or XDG_CONFIG_HOME to that of your configuration',
  },
];
for (const { what, options, ...refusal } of RELATIVE) {
  test(`${what}: the configuration folder of the checkout is not taken, neither for trust nor for keys`, async (t) => {
    const target = await createTarget(t);
    await mkdir(join(target.folder, '.config', 'rootsweep'), { recursive: true });
    await copyFile(join(target.folder, 'trust.yaml'), join(target.folder, '.config/rootsweep/trust.yaml'));
    await copyFile(join(target.folder, 'key.pem'), join(target.folder, '.config/rootsweep/signing-key.pem'));
    for (const argv of [
      VERIFY,
      APPLY,
      ['plan', '--policy', 'policy.yaml', '--out', 'new.plan.yaml'],
      ['keygen'],
    ]) {
      await assertRefused(target, { argv, code: 1, options, ...refusal });
    }
  });

  test(`${what}: nothing is wrong with it where trust and key are named`, async (t) => {
    const target = await createTarget(t);
    assert.equal((await target.verify(options)).code, 0);
    const argv = ['plan', '--policy', 'policy.yaml', '--out', 'new.plan.yaml', '--key', 'key.pem'];
    assert.equal((await target.run(argv, options)).code, 0);
    const env = { ...options.env, ROOTSWEEP_TRUST: 'trust.yaml', ROOTSWEEP_KEY: 'key.pem' };
    assert.equal((await target.run(VERIFY, { ...options, env })).code, 0);
  });
}

test('an empty XDG_CONFIG_HOME means that there is none', async (t) => {
  const target = await createTarget(t);
  await mkdir(join(target.folder, '.config', 'rootsweep'), { recursive: true });
  await copyFile(join(target.folder, 'trust.yaml'), join(target.folder, '.config/rootsweep/trust.yaml'));
  assert.equal((await target.run(VERIFY, { env: { NO_COLOR: '1', XDG_CONFIG_HOME: '' } })).code, 0);
});

test('a process with HOME= takes no trust file from the folder that it runs in', onUnix, async (t) => {
  const target = await createTarget(t);
  await mkdir(join(target.folder, '.config', 'rootsweep'), { recursive: true });
  await copyFile(join(target.folder, 'trust.yaml'), join(target.folder, '.config/rootsweep/trust.yaml'));
  const { status, stderr } = spawnSync(process.execPath, [BIN, ...VERIFY], {
    cwd: target.folder,
    env: { PATH: process.env.PATH, HOME: '' },
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /^Error: there is no home folder: HOME is empty\n/);
});

test('a process asks who its user is', onUnix, async (t) => {
  const target = await createTarget(t);
  await chmod(join(target.folder, 'trust.yaml'), 0o666);
  const { status, stderr } = spawnSync(process.execPath, [BIN, ...VERIFY, '--trust', 'trust.yaml'], {
    cwd: target.folder,
    env: { PATH: process.env.PATH, HOME: target.folder },
    encoding: 'utf8',
  });
  assert.equal(status, 4);
  assert.match(stderr, /can be written by everybody \(mode 0666\)\n/);
});

test('verify says which trust file counted, and who signed', async (t) => {
  const target = await createTarget(t);
  const sha256 = digest(await target.read('trust.yaml'));
  const { stdout } = await target.verify();
  assert.match(
    stdout,
    new RegExp(
      `\\nTrust: "trust\\.yaml" \\(sha256:${sha256.slice(0, 12)}\\)\\nSigned by "planner" \\(planner\\); digest`,
    ),
  );
  const json = await target.run([...VERIFY, '--trust', 'trust.yaml', '--json']);
  assert.deepEqual(JSON.parse(json.stdout).trust, { path: 'trust.yaml', sha256 });
});

test('apply says which trust file counted, and who signed, before it asks', async (t) => {
  const target = await createTarget(t);
  const sha256 = digest(await target.read('trust.yaml'));
  const { code, stderr } = await target.apply([], { typed: 'no' });
  assert.equal(code, 8);
  const said = stderr.indexOf(
    `Trust: "trust.yaml" (sha256:${sha256.slice(0, 12)})\nSigned by "planner" (planner)\n`,
  );
  assert.ok(said >= 0, stderr);
  assert.ok(said < stderr.indexOf('rootsweep will delete'), stderr);
});

test('every command that reads a trust file lets one in a repository be confirmed', async (t) => {
  const { run } = await createHarness(t, SCENARIO);
  const { stdout } = await run(['completion', 'bash']);
  // "rootsweep trust" changes the file or shows it, and believes nothing on its word.
  const commands = stdout
    .split('\n')
    .filter(
      (line, index, lines) =>
        /options=.*--trust\b/.test(line) && !/'trust \w+ '\*\)/.test(lines[index - 1] ?? ''),
    );
  assert.ok(commands.length > 0);
  for (const line of commands) assert.match(line, /--confirm-trust\b/);
});

test('the trust file of the configuration folder is named in full', async (t) => {
  const target = await createTarget(t);
  await assertTaken(target);
  await mkdir(join(target.folder, '.config', 'rootsweep'), { recursive: true });
  const path = join(target.folder, '.config/rootsweep/trust.yaml');
  await copyFile(join(target.folder, 'trust.yaml'), path);
  const { code, stdout } = await target.run(VERIFY);
  assert.equal(code, 0);
  assert.ok(stdout.includes(`\nTrust: "${path}" (sha256:`), stdout);
});
