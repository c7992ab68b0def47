import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Plan } from '../../src/core/plan/plan.js';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { emitPlan, parsePlan } from '../../src/files/plan/plan.js';
import { createPlanned, type Planned } from './planned.js';
import { createCommitted, runGit } from './repository.js';

const FILE = 'org.plan.yaml';
const TIGHT = `version: 1
exclude:
  - { name: legacy, reason: migration running }
  - { account: "222222222222", reason: break-glass account }
findings: { selector-unmatched: warn }
limits: { accounts: 50 }
`;
const LOOSE = `version: 1
exclude:
  - { name: legacy, reason: another reason }
findings: { selector-unmatched: warn }
limits: { accounts: 200 }
`;
const NOT_COMPARED = (reason: string) =>
  `The policy was not compared with the one in git's main branch: ${reason}.\nTo compare it with the one in another commit, pass --base.\n`;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function readPlan({ read }: Pick<Planned, 'read'>): Promise<Plan> {
  return parsePlan(decodeEnvelope(Buffer.from(await read(FILE)), FILE).body, FILE);
}

async function findLoosened(planned: Pick<Planned, 'read'>): Promise<string[]> {
  const { findings } = await readPlan(planned);
  return findings.filter(({ code }) => code === 'policy-loosened').map(({ message }) => message);
}

test('plan says first how its policy is looser than in the main branch, and warns', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  const { code, stdout, stderr } = await committed.planIn({});
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    new RegExp(
      [
        '\\n\\n {2}warn policy-loosened: a rule of exclude is removed: \\{ account: "222222222222" \\} -> none',
        '  warn policy-loosened: limits.accounts is raised: 50 -> 200',
        '  warn selector-unmatched: [^\\n]+',
      ].join('\\n'),
    ),
  );
  assert.doesNotMatch(stderr, /compared/);
  const { applicable, findings } = await readPlan(committed);
  assert.equal(applicable, true);
  assert.deepEqual(
    findings.map((finding) => finding.code),
    ['policy-loosened', 'policy-loosened', 'selector-unmatched'],
  );
});

test('plan records the policy that it compared with', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.planIn({});
  const { commit } = committed;
  assert.deepEqual((await readPlan(committed)).policy, {
    path: 'policy.yaml',
    sha256: sha256(LOOSE),
    base: { ref: 'main', commit, sha256: sha256(TIGHT) },
  });
  assert.match(
    await committed.read(FILE),
    new RegExp(
      `\\n {2}base:\\n {4}ref: main\\n {4}commit: ${commit}\\n {4}sha256: ${sha256(TIGHT)}\\napplicable`,
    ),
  );
});

test('plan names the commit of the policy too, once it is committed', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.git('commit', '--quiet', '--all', '--message=Loosen');
  await committed.planIn({});
  const { policy } = await readPlan(committed);
  assert.equal(policy.commit, await committed.git('rev-parse', 'HEAD'));
  assert.equal(policy.base?.commit, committed.commit);
});

test('plan is blocked by a looser policy when the policy says that this blocks', async (t) => {
  const blocking = (policy: string) => policy.replace('findings: {', 'findings: { policy-loosened: block,');
  const committed = await createCommitted(t, blocking(TIGHT), blocking(LOOSE));
  const { code, stdout } = await committed.planIn({});
  assert.equal(code, 3);
  assert.match(stdout, /\nBlocked: 2 findings stop this plan; it cannot be applied\.\n {2}policy-loosened: /);
  assert.equal((await readPlan(committed)).applicable, false);
  assert.equal((await committed.verifyIn({}, '--base', 'main')).code, 3);
});

test('plan is blocked by a looser policy that says for the first time that this does not block', async (t) => {
  const committed = await createCommitted(
    t,
    'version: 1\nfindings: { policy-loosened: block }\n',
    'version: 1\nfindings: { policy-loosened: info }\n',
  );
  assert.equal((await committed.planIn({})).code, 3);
  assert.deepEqual(await findLoosened(committed), ['findings.policy-loosened is lowered: "block" -> "info"']);
});

for (const [what, base, changed] of [
  ['tighter', LOOSE, TIGHT],
  ['the same', TIGHT, TIGHT],
  ['spelled in another way', TIGHT, `# Checked.\r\n${TIGHT.replaceAll('\n', '\r\n')}`],
] as const) {
  test(`plan says nothing when the policy is ${what}`, async (t) => {
    const committed = await createCommitted(t, base, changed);
    const { code, stderr } = await committed.planIn({});
    assert.equal(code, 0, stderr);
    assert.deepEqual(await findLoosened(committed), []);
    assert.doesNotMatch(stderr, /compared/);
    assert.equal((await readPlan(committed)).policy.base?.sha256, sha256(base));
  });
}

test('plan says it when the policy in the main branch is none that it can read', async (t) => {
  const committed = await createCommitted(t, 'version: 2\n', LOOSE);
  assert.equal((await committed.planIn({})).code, 0);
  assert.deepEqual(await findLoosened(committed), [
    'The policy cannot be compared with its base, which this version of rootsweep cannot read: policy.yaml:1:10: version is 2; write version: 1, the only one that this rootsweep reads',
  ]);
  assert.equal((await readPlan(committed)).policy.base?.sha256, sha256('version: 2\n'));
});

test('plan shows what is hostile in a policy as what it is', async (t) => {
  const hostile = 'version: 1\nexclude: [{ name: "\\e[2K\\u202e\\n::error::", reason: x }]\n';
  const committed = await createCommitted(t, hostile, 'version: 1\n');
  const { stdout } = await committed.planIn({});
  const shown = 'a rule of exclude is removed: { name: "\\u001b[2K\\u202e\\n::error::" } -> none';
  assert.ok(stdout.includes(`\n  warn policy-loosened: ${shown}\n`), stdout);
  assert.deepEqual(await findLoosened(committed), [shown]);
});

test('plan compares with the commit that --base names', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.git('commit', '--quiet', '--all', '--message=Loosen');
  await committed.git('branch', '--force', 'main');
  await committed.planIn({});
  assert.deepEqual(await findLoosened(committed), []);
  for (const ref of [committed.commit, 'main~1']) {
    assert.equal((await committed.planIn({}, '--base', ref)).code, 0);
    assert.equal((await findLoosened(committed)).length, 2);
    assert.deepEqual((await readPlan(committed)).policy.base, {
      ref,
      commit: committed.commit,
      sha256: sha256(TIGHT),
    });
  }
});

test('plan takes the main branch of the remote, whatever it is called, before the local one', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.git('commit', '--quiet', '--all', '--message=Loosen');
  const compared = async () => {
    await committed.planIn({});
    const { ref, commit } = (await readPlan(committed)).policy.base ?? {};
    return [ref, commit === committed.commit ? 'tight' : 'loose'];
  };
  await committed.git('branch', '--force', 'master', 'change');
  assert.deepEqual(await compared(), ['main', 'tight']);
  await committed.git('branch', '--force', 'main', 'change');
  await committed.git('update-ref', 'refs/remotes/origin/master', committed.commit);
  assert.deepEqual(await compared(), ['origin/master', 'tight']);
  await committed.git('update-ref', 'refs/remotes/origin/main', 'change');
  assert.deepEqual(await compared(), ['origin/main', 'loose']);
  await committed.git('update-ref', 'refs/remotes/origin/trunk', committed.commit);
  await committed.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  assert.deepEqual(await compared(), ['origin/trunk', 'tight']);
});

test('plan is not misled by a tag and a branch that are called like the main branch of the remote', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.git('commit', '--quiet', '--all', '--message=Loosen');
  await committed.git('update-ref', 'refs/remotes/origin/main', committed.commit);
  await committed.git('tag', 'origin/main', 'change');
  await committed.git('branch', 'origin/main', 'change');
  await committed.planIn({});
  assert.equal((await findLoosened(committed)).length, 2);
  const named = await committed.planIn({}, '--base', 'origin/main');
  assert.equal(named.code, 1);
  assert.match(named.stderr, /"origin\/main": it names several things; write refs\/heads\/…/);
  assert.equal((await committed.planIn({}, '--base', 'refs/remotes/origin/main')).code, 0);
});

test('plan is not misled by variables that git sets for a hook', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  const other = await createCommitted(t, LOOSE, LOOSE);
  const folder = join(other.folder, '.git');
  await committed.planIn({
    GIT_DIR: folder,
    GIT_WORK_TREE: other.folder,
    GIT_INDEX_FILE: join(folder, 'index'),
    GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
    GIT_CONFIG_PARAMETERS: "'core.bare=true'",
    GIT_PREFIX: 'envs/',
    GIT_TRACE: '1',
    LANGUAGE: 'de',
  });
  assert.deepEqual((await readPlan(committed)).policy.base, {
    ref: 'main',
    commit: committed.commit,
    sha256: sha256(TIGHT),
  });
});

test('plan is not misled by a stand-in for the policy among the objects of git', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  const standIn = await committed.git('hash-object', '-w', 'policy.yaml');
  await committed.git('replace', await committed.git('rev-parse', 'main:policy.yaml'), standIn);
  await committed.planIn({});
  assert.equal((await findLoosened(committed)).length, 2);
});

test('plan compares a policy in a folder of the repository with the one in the same folder', async (t) => {
  const committed = await createCommitted(t, LOOSE, LOOSE);
  const { folder, git } = committed;
  await mkdir(join(folder, 'envs/prod [eu]'), { recursive: true });
  const path = 'envs/prod [eu]/policy.yaml';
  await committed.write(path, TIGHT);
  await git('add', path);
  await git('commit', '--quiet', '--message=Prod');
  await git('branch', '--force', 'main');
  await committed.write(path, LOOSE);
  assert.equal((await committed.planIn({}, '--policy', path)).code, 0);
  assert.equal((await findLoosened(committed)).length, 2);
  assert.equal((await committed.planIn({}, '--policy', 'envs/../policy.yaml')).code, 0);
  assert.deepEqual(await findLoosened(committed), []);
});

test('plan does not take a link to a looser policy for that policy', async (t) => {
  const committed = await createCommitted(t, TIGHT, TIGHT);
  const { folder, git } = committed;
  await mkdir(join(folder, 'prod'));
  await mkdir(join(folder, 'sandbox'));
  await committed.write('prod/policy.yaml', TIGHT);
  await committed.write('sandbox/policy.yaml', LOOSE);
  await git('add', 'prod', 'sandbox');
  await git('commit', '--quiet', '--message=Two');
  await git('branch', '--force', 'main');

  await rm(join(folder, 'policy.yaml'));
  await symlink('sandbox/policy.yaml', join(folder, 'policy.yaml'));
  await committed.planIn({});
  assert.equal((await findLoosened(committed)).length, 2);

  await rm(join(folder, 'prod'), { recursive: true });
  await symlink('sandbox', join(folder, 'prod'));
  await committed.planIn({}, '--policy', 'prod/policy.yaml');
  assert.equal((await findLoosened(committed)).length, 2);
});

test('plan says of a policy that is a link in the main branch that it cannot be compared', async (t) => {
  const committed = await createCommitted(t, TIGHT, TIGHT);
  const { folder, git } = committed;
  await rename(join(folder, 'policy.yaml'), join(folder, 'real.yaml'));
  await symlink('real.yaml', join(folder, 'policy.yaml'));
  await git('add', '--all', 'policy.yaml', 'real.yaml');
  await git('commit', '--quiet', '--message=Link');
  await git('branch', '--force', 'main');
  await committed.planIn({});
  assert.match((await findLoosened(committed)).join(), /cannot read: policy\.yaml is a symbolic link there$/);
});

test('plan finds the repository of a policy that a link from outside leads to', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  const outside = await createPlanned(t);
  const link = join(outside.folder, 'linked.yaml');
  await symlink(join(committed.folder, 'policy.yaml'), link);
  await committed.planIn({}, '--policy', link);
  assert.equal((await findLoosened(committed)).length, 2);
});

const UNCOMPARED: readonly [what: string, prepare: readonly string[], reason: string][] = [
  [
    'there is no main branch',
    ['branch', '--move', 'main', 'other'],
    'there is none of origin/HEAD, origin/main, origin/master, main, master',
  ],
  ['the main branch has no such file', ['status'], '"main" has no file "new.yaml"'],
];
for (const [what, prepare, reason] of UNCOMPARED) {
  test(`plan says on stderr that it compared nothing when ${what}`, async (t) => {
    const committed = await createCommitted(t, TIGHT, LOOSE);
    await committed.git(...prepare);
    await committed.write('new.yaml', LOOSE);
    const { code, stderr } = await committed.planIn({}, '--policy', 'new.yaml');
    assert.equal(code, 0);
    assert.ok(stderr.startsWith(NOT_COMPARED(reason)), stderr);
    assert.equal((await readPlan(committed)).policy.base, undefined);
  });
}

test('plan says on stderr that it compared nothing when git is not installed', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  const { code, stderr } = await committed.planIn({ PATH: join(committed.folder, 'nowhere') });
  assert.equal(code, 0);
  assert.ok(stderr.startsWith(NOT_COMPARED('git is not installed')), stderr);
});

test('plan says on stderr that it compared nothing when git finds the repository broken', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.write('.git/HEAD', 'nothing\n');
  const { code, stderr } = await committed.planIn({});
  assert.equal(code, 0);
  assert.match(stderr, /^The policy was not compared [^\n]+: git says: not a git repository/);
});

test('plan says nothing of git when the policy is in no repository', async (t) => {
  const { plan } = await createPlanned(t);
  assert.doesNotMatch((await plan()).stderr, /compared|git/);
});

test('plan does not take an empty .git for a part of the repository above it', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await mkdir(join(committed.folder, 'below/.git'), { recursive: true });
  await committed.write('below/policy.yaml', LOOSE);
  const { stderr } = await committed.planIn({}, '--policy', 'below/policy.yaml');
  assert.match(stderr, /^The policy was not compared [^\n]+: git says: not a git repository/);
});

test('plan reads the policy of a linked working tree', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  const tree = join(committed.folder, 'tree');
  await committed.git('worktree', 'add', '--quiet', '--detach', tree, 'main');
  await committed.write('tree/policy.yaml', LOOSE);
  assert.equal(await runGit(tree, 'rev-parse', 'HEAD'), committed.commit);
  await committed.planIn({}, '--policy', 'tree/policy.yaml');
  assert.equal((await findLoosened(committed)).length, 2);
});

const REFUSED: readonly [base: string, said: string][] = [
  ['nowhere', 'the policy cannot be compared with the one in "nowhere": there is no such commit'],
  [
    'main:policy.yaml',
    'the policy cannot be compared with the one in "main:policy.yaml": there is no such commit',
  ],
  ['main..change', 'the policy cannot be compared with the one in "main..change": there is no such commit'],
  ['../../main', 'the policy cannot be compared with the one in "../../main": there is no such commit'],
  ['$(touch x)', 'the policy cannot be compared with the one in "$(touch x)": there is no such commit'],
  ['empty', 'the policy cannot be compared with the one in "empty": "empty" has no file "policy.yaml"'],
  ['folder', 'the policy cannot be compared with the one in "folder": "folder" has no file "policy.yaml"'],
  ['', '--base takes a branch, a tag or a commit, not ""'],
  ['--output=x', '--base takes a branch, a tag or a commit, not "--output=x"'],
  ['a\u0000b', '--base takes a branch, a tag or a commit, not "a\\u{0}b"'],
];
for (const [base, said] of REFUSED) {
  test(`plan --base=${JSON.stringify(base)} ends with an error before it calls AWS`, async (t) => {
    const committed = await createCommitted(t, TIGHT, LOOSE);
    const { git, folder } = committed;
    await git(
      'tag',
      'empty',
      await git('commit-tree', '-m', 'x', '4b825dc642cb6eb9a060e54bf8d69288fbee4904'),
    );
    const tree = await git('rev-parse', 'main^{tree}');
    await git('read-tree', '--empty');
    await git('read-tree', '--prefix=policy.yaml/', tree);
    await git('tag', 'folder', await git('commit-tree', '-m', 'x', await git('write-tree')));
    const { code, stderr } = await committed.planIn({}, `--base=${base}`);
    assert.equal(code, 1);
    assert.ok(stderr.startsWith(`Error: ${said}\n`), stderr);
    assert.deepEqual(committed.calls(), []);
    await assert.rejects(committed.read(FILE), { code: 'ENOENT' });
    await assert.rejects(rename(join(folder, 'x'), join(folder, 'y')), { code: 'ENOENT' });
  });
}

test('plan --base ends with an error when the policy is in no repository', async (t) => {
  const { plan } = await createPlanned(t);
  const { code, stderr } = await plan('--base', 'main');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Error: the policy cannot be compared with the one in "main": its file is in no git repository\n/,
  );
});

test('plan --base ends with an error when the policy was larger there than a policy may be', async (t) => {
  const committed = await createCommitted(t, `${TIGHT}#${'x'.repeat(2 ** 21)}\n`, LOOSE);
  const { code, stderr } = await committed.planIn({}, '--base', 'main');
  assert.equal(code, 1);
  assert.match(stderr, /^Error: [^\n]+: the file is larger than 1 MiB there\n/);
});

test('plan keeps what it compared with when its body is read and written again', async (t) => {
  const committed = await createCommitted(t, TIGHT, LOOSE);
  await committed.planIn({});
  const { body } = decodeEnvelope(Buffer.from(await committed.read(FILE)), FILE);
  assert.equal(emitPlan(parsePlan(body, FILE)).toString(), body.toString());
});
