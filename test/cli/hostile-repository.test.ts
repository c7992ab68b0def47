/** A repository that came in an archive may hold a configuration that runs commands: rootsweep runs none of them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { parsePlan } from '../../src/files/plan/plan.js';
import { type Committed, createCommitted } from './repository.js';

const POLICY = 'version: 1\n';
const CHANGED = 'version: 1\nexpiresAfter: 24h\n';
const HOOKS = [
  'post-index-change',
  'reference-transaction',
  'pre-auto-gc',
  'post-checkout',
  'fsmonitor-watchman',
];

interface Attack {
  readonly name: string;
  /** Prepares the repository; `mark` is the path of a program that leaves a mark. */
  readonly arrange: (committed: Committed, mark: string) => Promise<unknown>;
  /** Git's own commands that leave the mark, so that the attack is known to be one. */
  readonly provoke: readonly (readonly string[])[];
  /** Whether the policy of the main branch is missing. */
  readonly isPartial?: true;
}

const ATTRIBUTES = 'policy.yaml filter=evil diff=evil\n';

async function makePartial({ git, folder }: Committed, url: string): Promise<void> {
  await git('config', 'core.repositoryFormatVersion', '1');
  await git('config', 'extensions.partialClone', 'origin');
  await git('config', 'remote.origin.promisor', 'true');
  await git('config', 'remote.origin.url', url);
  await git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
  const id = await git('rev-parse', 'main:policy.yaml');
  await rm(join(folder, '.git/objects', id.slice(0, 2), id.slice(2)));
}

const READ = [['cat-file', 'blob', 'main:policy.yaml']] as const;
const STATUS = [['status', '--porcelain']] as const;

const ATTACKS: readonly Attack[] = [
  {
    name: 'a clean filter',
    arrange: async ({ git, write }, mark) => {
      await write('.git/info/attributes', ATTRIBUTES);
      await git('config', 'filter.evil.clean', mark);
      await git('config', 'filter.evil.process', mark);
      await git('config', 'filter.evil.required', 'true');
    },
    provoke: STATUS,
  },
  {
    name: 'a clean filter in an included file',
    arrange: async ({ git, write }, mark) => {
      await write('.gitattributes', ATTRIBUTES);
      await write('evil.config', `[filter "evil"]\n\tclean = ${mark}\n`);
      await git('config', 'include.path', '../evil.config');
    },
    provoke: STATUS,
  },
  {
    name: 'a watcher of files',
    arrange: ({ git }, mark) => git('config', 'core.fsmonitor', mark),
    provoke: STATUS,
  },
  {
    name: 'a converter to text, and a program that shows differences',
    arrange: async ({ git, write }, mark) => {
      await write('.git/info/attributes', ATTRIBUTES);
      await git('config', 'diff.evil.textconv', mark);
      await git('config', 'diff.external', mark);
    },
    provoke: [
      ['diff', '--ext-diff'],
      ['show', '--textconv', 'main:policy.yaml'],
    ],
  },
  {
    name: 'hooks',
    arrange: async ({ git, write, folder }, mark) => {
      await mkdir(join(folder, 'hooks'), { recursive: true });
      for (const hook of HOOKS) {
        await write(`hooks/${hook}`, `#!/bin/sh\nexec ${mark}\n`);
        await chmod(join(folder, 'hooks', hook), 0o755);
      }
      await git('config', 'core.hooksPath', join(folder, 'hooks'));
    },
    provoke: [
      ['update-index', '--refresh', '--really-refresh'],
      ['branch', 'another'],
    ],
  },
  {
    name: 'aliases, a pager and an editor',
    arrange: async ({ git }, mark) => {
      for (const name of ['rev-parse', 'ls-tree', 'cat-file', 'for-each-ref', 'status', 'evil'])
        await git('config', `alias.${name}`, `!${mark}`);
      await git('config', 'core.pager', mark);
      await git('config', 'core.editor', mark);
      for (const name of ['rev-parse', 'ls-tree', 'cat-file', 'for-each-ref'])
        await git('config', `pager.${name}`, mark);
    },
    provoke: [['evil']],
  },
  {
    name: 'a missing object, to be fetched by a program',
    arrange: async (committed, mark) => {
      await makePartial(committed, `ext::${mark}`);
      await committed.git('config', 'protocol.ext.allow', 'always');
    },
    provoke: READ,
    isPartial: true,
  },
  {
    name: 'a missing object, to be fetched through SSH',
    arrange: async (committed, mark) => {
      await makePartial(committed, 'ssh://host.example/repository');
      await committed.git('config', 'core.sshCommand', mark);
      await committed.git('config', 'protocol.allow', 'always');
      await committed.git('config', 'protocol.ssh.allow', 'always');
    },
    provoke: READ,
    isPartial: true,
  },
  {
    name: 'a missing object, to be fetched from a folder by another upload-pack',
    arrange: async (committed, mark) => {
      await makePartial(committed, `file://${committed.folder}`);
      await committed.git('config', 'remote.origin.uploadpack', mark);
      await committed.git('config', 'protocol.file.allow', 'always');
    },
    provoke: READ,
    isPartial: true,
  },
];

async function arrange(
  t: TestContext,
  attack: Attack,
): Promise<Committed & { readonly isMarked: () => boolean }> {
  const committed = await createCommitted(t, POLICY, POLICY);
  const { folder, git, write } = committed;
  const marked = join(folder, 'OWNED');
  const mark = join(folder, 'mark');
  await write('mark', `#!/bin/sh\n: > ${marked}\n`);
  await chmod(mark, 0o755);
  await write('.git/info/exclude', '*\n');
  await attack.arrange(committed, mark);
  // Git looks again at a file that is newer than what it remembers of it.
  await utimes(join(folder, 'policy.yaml'), 2_000_000_000, 2_000_000_000);
  for (const argv of attack.provoke) await git(...argv).catch(() => undefined);
  assert.ok(existsSync(marked), 'git itself runs what the configuration says');
  await rm(marked);
  await utimes(join(folder, 'policy.yaml'), 2_000_000_001, 2_000_000_001);
  return { ...committed, isMarked: () => existsSync(marked) };
}

for (const attack of ATTACKS) {
  test(`no command runs what a repository's configuration says: ${attack.name}`, async (t) => {
    const { planIn, verifyIn, run, isMarked, read, commit } = await arrange(t, attack);
    const { code, stderr } = await planIn({ PATH: process.env.PATH });
    assert.equal(code, 0, stderr);
    assert.ok(!isMarked(), 'plan');
    const withBase = await planIn({}, '--base', 'main');
    assert.ok(!isMarked(), 'plan --base');
    const verified = await verifyIn({}, '--base', 'main');
    assert.ok(!isMarked(), 'verify --base');
    const { code: initCode } = await run(['init']);
    assert.equal(initCode, 1);
    await run(['diff', 'org.plan.yaml', 'org.plan.yaml'], { env: { PATH: process.env.PATH } });
    assert.ok(!isMarked(), 'init, diff');
    const { body } = decodeEnvelope(Buffer.from(await read('org.plan.yaml')), 'org.plan.yaml');
    const { policy } = parsePlan(body, 'org.plan.yaml');
    assert.equal(policy.commit, commit);
    if (attack.isPartial) {
      assert.match(stderr, /^The policy was not compared [^\n]+: its content is not in this clone\.\n/);
      for (const result of [withBase, verified]) {
        assert.equal(result.code, 1);
        assert.match(
          result.stderr,
          /^Error: the policy cannot be compared with the one in "main": its content is not in this clone\n {2}→ [^\n]+\n$/,
        );
      }
    } else assert.deepEqual([withBase.code, verified.code, policy.base?.ref], [0, 0, 'main']);
  });
}

test('plan names no commit where HEAD, its tree or the whole object store is missing, and fetches none', async (t) => {
  const attack = ATTACKS.find(({ isPartial }) => isPartial);
  assert.ok(attack);
  const { folder, planIn, isMarked } = await arrange(t, attack);
  await rm(join(folder, '.git/objects'), { recursive: true });
  await mkdir(join(folder, '.git/objects'));
  const { code, stderr } = await planIn({});
  assert.equal(code, 0);
  assert.match(stderr, /^The policy was not compared with the one in git's main branch: /);
  assert.ok(!isMarked());
});

test('plan runs no program of the folder in place of git, whatever PATH says', async (t) => {
  const { folder, write, planIn } = await createCommitted(t, POLICY, CHANGED);
  await write('git', `#!/bin/sh\n: > ${join(folder, 'OWNED')}\n`);
  await chmod(join(folder, 'git'), 0o755);
  const before = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(before));
  for (const path of [`.:${process.env.PATH}`, `:${process.env.PATH}`, '', '.']) {
    assert.equal((await planIn({ PATH: path })).code, 0);
    assert.ok(!existsSync(join(folder, 'OWNED')), `PATH=${path}`);
  }
});

async function readCommit({ read }: Committed): Promise<string | undefined> {
  const { body } = decodeEnvelope(Buffer.from(await read('org.plan.yaml')), 'org.plan.yaml');
  return parsePlan(body, 'org.plan.yaml').policy.commit;
}

test('plan names the commit only of a file that has its very bytes', async (t) => {
  const committed = await createCommitted(t, POLICY, POLICY);
  const { git, write, planIn } = committed;
  await planIn({});
  assert.equal(await readCommit(committed), committed.commit);

  // Git calls this one unchanged.
  await git('config', 'core.autocrlf', 'true');
  await write('policy.yaml', POLICY.replaceAll('\n', '\r\n'));
  assert.equal(await git('diff', '--name-only'), '');
  await planIn({});
  assert.equal(await readCommit(committed), undefined);

  // And this one too, if asked to.
  await write('policy.yaml', CHANGED);
  await git('update-index', '--assume-unchanged', 'policy.yaml');
  assert.equal(await git('status', '--porcelain', '--', 'policy.yaml'), '');
  await planIn({});
  assert.equal(await readCommit(committed), undefined);
});

test('plan names the commit in a repository whose objects have names of SHA-256', async (t) => {
  const committed = await createCommitted(t, POLICY, POLICY);
  const { folder, git, planIn } = committed;
  await rm(join(folder, '.git'), { recursive: true });
  await git('init', '--quiet', '--initial-branch=main', '--object-format=sha256');
  await git('add', 'policy.yaml');
  await git('commit', '--quiet', '--message=Policy');
  await planIn({}, '--base', 'main');
  const commit = await readCommit(committed);
  assert.equal(commit?.length, 64);
  assert.equal(commit, await git('rev-parse', 'HEAD'));
});

test('plan --base refuses an object that lies under the name of another one', async (t) => {
  const { folder, git, planIn } = await createCommitted(t, POLICY, CHANGED);
  const pathOf = (id: string) => join(folder, '.git/objects', id.slice(0, 2), id.slice(2));
  const [real, other] = [
    await git('rev-parse', 'main:policy.yaml'),
    await git('hash-object', '-w', 'policy.yaml'),
  ];
  await chmod(pathOf(real), 0o644);
  await copyFile(pathOf(other), pathOf(real));
  const { code, stderr } = await planIn({}, '--base', 'main');
  assert.equal(code, 1);
  assert.match(stderr, /: its object in the repository is damaged\n/);
});
