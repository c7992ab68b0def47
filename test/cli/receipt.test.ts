import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { createApplied, createStory, nameIds, RECEIPT } from './receipts.js';
import { assertRefused, listFiles } from './refused.js';

const YAML = `type: receipt
version: 1
kind: sweep
organization: o-exampleorgid
plan: { id: 00000000-0000-4000-8000-000000000001, sha256: PLAN }
policy: { sha256: POLICY }
journal: { sha256: JOURNAL, lines: 30, tornBytes: 0 }
totals:
  runs: 2
  accounts: { done: 2, done-earlier: 0, drifted: 1, unknown: 0, failed: 0, not-started: 0, never-ended: 0 }
  targets: { proven: 5, not-proven: 0, not-attempted: 0 }
runs:
  - id: 00000000-0000-4000-8000-000000000002
    operator: { name: planner, keyid: KEY }
    caller: arn:aws:iam::111111111111:user/operator
    host: test-host
    pid: 4242
    tool: TOOL
    started: 2026-11-23T09:00:00Z
    signers:
      - { name: planner, keyid: KEY, role: planner }
    end: { kind: ended, at: 2026-11-23T09:00:00Z, exitCode: 6 }
  - id: 00000000-0000-4000-8000-000000000003
    operator: { name: planner, keyid: KEY }
    caller: arn:aws:iam::111111111111:user/operator
    host: test-host
    pid: 4242
    tool: TOOL
    started: 2026-11-23T10:00:00Z
    only: [ "555555555555" ]
    signers:
      - { name: planner, keyid: KEY, role: planner }
    end: { kind: ended, at: 2026-11-23T10:00:00Z, exitCode: 0 }
accounts:
  - id: "333333333333"
    name: shop
    outcome: done
    ends:
      - { run: 1, at: 2026-11-23T09:00:00Z, outcome: done }
    targets:
      - kind: password
        before: { run: 1, listed: 2026-11-23T09:00:00Z, created: 2019-02-04T00:00:00Z }
        requests:
          - { run: 1, intended: 2026-11-23T09:00:00Z, session: session-333-2, answer: { kind: done, at: 2026-11-23T09:00:00Z, requestId: DeleteLoginProfile-333-1 } }
        after: { kind: proven, run: 1, at: 2026-11-23T09:00:00Z, requestId: GetLoginProfile-333 }
      - kind: mfa-device
        id: arn:aws:iam::333333333333:mfa/first
        before: { run: 1, listed: 2026-11-23T09:00:00Z, created: 2019-02-05T00:00:00Z }
        requests:
          - { run: 1, intended: 2026-11-23T09:00:00Z, session: session-333-2, answer: { kind: done, at: 2026-11-23T09:00:00Z, requestId: DeactivateMFADevice-333-1 } }
        after: { kind: proven, run: 1, at: 2026-11-23T09:00:00Z, requestId: ListMFADevices-333 }
      - kind: mfa-device
        id: arn:aws:iam::333333333333:mfa/second
        before: { run: 1, listed: 2026-11-23T09:00:00Z, created: 2019-02-06T00:00:00Z }
        requests:
          - { run: 1, intended: 2026-11-23T09:00:00Z, session: session-333-2, answer: { kind: done, at: 2026-11-23T09:00:00Z, requestId: DeactivateMFADevice-333-2 } }
        after: { kind: proven, run: 1, at: 2026-11-23T09:00:00Z, requestId: ListMFADevices-333 }
  - id: "444444444444"
    name: moved
    outcome: drifted
    ends:
      - run: 1
        at: 2026-11-23T09:00:00Z
        outcome: drifted
        drift:
          planned:
            - "name: moved"
            - "state: ACTIVE"
            - "ou: /"
            - "parents: r-ab12"
            - "joined: 2022-12-09T00:00:00Z CREATED"
          found:
            - "name: moved on"
            - "state: ACTIVE"
            - "ou: /"
            - "parents: r-ab12"
            - "joined: 2022-12-09T00:00:00Z CREATED"
    targets: []
  - id: "555555555555"
    name: stubborn
    outcome: done
    ends:
      - { run: 1, at: 2026-11-23T09:00:00Z, outcome: failed, message: "DeactivateMFADevice failed: AccessDenied: denied" }
      - { run: 2, at: 2026-11-23T10:00:00Z, outcome: done }
    targets:
      - kind: password
        before: { run: 1, listed: 2026-11-23T09:00:00Z, created: 2019-04-04T00:00:00Z, lastUsed: { kind: used, at: 2020-05-06T07:08:09Z } }
        requests:
          - { run: 1, intended: 2026-11-23T09:00:00Z, session: session-555-2, answer: { kind: done, at: 2026-11-23T09:00:00Z, requestId: DeleteLoginProfile-555-1 } }
        after: { kind: proven, run: 1, at: 2026-11-23T09:00:00Z, requestId: GetLoginProfile-555 }
      - kind: mfa-device
        id: arn:aws:iam::555555555555:mfa/only
        before: { run: 2, listed: 2026-11-23T10:00:00Z, created: 2019-04-05T00:00:00Z }
        requests:
          - { run: 1, intended: 2026-11-23T09:00:00Z, session: session-555-2, answer: { kind: refused, at: 2026-11-23T09:00:00Z, requestId: DeactivateMFADevice-555-1, message: "DeactivateMFADevice failed: AccessDenied: denied" } }
          - { run: 2, intended: 2026-11-23T10:00:00Z, session: session-555-3, answer: { kind: done, at: 2026-11-23T10:00:00Z, requestId: DeactivateMFADevice-555-2 } }
        after: { kind: proven, run: 2, at: 2026-11-23T10:00:00Z, requestId: ListMFADevices-555 }
`;

test('receipt tells a deletion, a drift, a failure and the run that continued, and calls nobody', async (t) => {
  const story = await createStory(t);
  const [calls, files] = [story.calls().length, listFiles(story.folder)];
  const { code, stdout, stderr } = await story.receipt();
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(await nameIds(stdout, story), YAML);
  assert.equal(story.calls().length, calls);
  assert.deepEqual(listFiles(story.folder), files);
});

for (const flags of [['--json'], ['--format', 'json']]) {
  test(`receipt ${flags.join(' ')} prints the same as one object`, async (t) => {
    const story = await createStory(t);
    const { code, stdout, stderr } = await story.receipt(...flags);
    assert.deepEqual([code, stderr], [0, '']);
    const { type, version, ...rest } = parse(YAML) as Record<string, unknown>;
    assert.equal(
      await nameIds(stdout, story),
      `${JSON.stringify({ version, type, redacted: false, ...rest })}\n`,
    );
  });
}

test('receipt gives the same bytes again, in a file too', async (t) => {
  const { receipt, read } = await createApplied(t);
  const { stdout } = await receipt();
  const { code, stdout: printed, stderr } = await receipt('--out', RECEIPT);
  assert.deepEqual([code, printed, stderr], [0, '', 'The receipt is in "org.receipt.yaml".\n']);
  assert.equal(await read(RECEIPT), stdout);
});

test('receipt --json --format yaml --out writes YAML and prints an object that says so', async (t) => {
  const { receipt, read } = await createApplied(t);
  const { stdout } = await receipt('--json', '--format', 'yaml', '--out', RECEIPT);
  const { version, type, path, format } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual([version, type, path, format], [1, 'receipt-written', RECEIPT, 'yaml']);
  assert.match(await read(RECEIPT), /^type: receipt\nversion: 1\n/);
});

const REFUSED: readonly (readonly [flags: readonly string[], says: string, hint: string])[] = [
  [
    ['--format', 'markdown', '--key', 'key.pem', '--out', 'r.md'],
    '--key signs the YAML form only, and the format is markdown',
    'pass --format yaml with --key, and make the other form without it',
  ],
  [
    ['--format', 'json', '--key', 'key.pem'],
    '--key signs the YAML form only, and the format is json',
    'pass --format yaml with --key, and make the other form without it',
  ],
  [
    ['--format', 'html'],
    '--format takes "yaml", "json" or "markdown", not "html"',
    'for example: rootsweep receipt JOURNAL --format markdown',
  ],
];
for (const [flags, says, hint] of REFUSED) {
  test(`receipt ${flags.join(' ')} is refused`, async (t) => {
    const { run, journal, folder, calls } = await createApplied(t);
    const place = { run, folder, calls, deletions: () => [] };
    await assertRefused(place, { argv: ['receipt', journal, ...flags], code: 1, says, hint });
    assert.equal(existsSync(join(folder, 'r.md')), false);
  });
}

test('receipt --json prints no YAML', async (t) => {
  const { receipt } = await createApplied(t);
  const { code, stdout, stderr } = await receipt('--json', '--format', 'yaml');
  assert.equal(code, 1);
  assert.equal((JSON.parse(stdout) as { code: string }).code, 'USAGE');
  assert.match(stderr, /^Error: --json prints JSON, and --format yaml would print something else\n/);
});
