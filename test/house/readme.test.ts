/** What the README tells people to do is done here. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CONTROLS } from '../../src/core/doctor/control.js';
import type { IamPolicyDocument } from '../../src/emulator/policy/document.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { createPlanned, ORGANIZATION } from '../cli/planned.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');

function policyOf(role: 'plan' | 'apply'): IamPolicyDocument {
  const [, json] = new RegExp(`<!-- policy: ${role} -->\\n\`\`\`json\\n([^\`]+)\`\`\``).exec(README) ?? [];
  assert.ok(json !== undefined);
  return JSON.parse(json) as IamPolicyDocument;
}

const SCENARIO: Scenario = {
  organization: { id: ORGANIZATION, managementAccount: '111111111111' },
  callers: { operator: { policy: policyOf('apply') }, planner: { policy: policyOf('plan') } },
  accounts: [
    { id: '111111111111' },
    {
      id: '333333333333',
      ou: '/Workloads',
      tags: { stage: 'prod' },
      root: { password: true, accessKeys: 1 },
    },
  ],
};

const POLICY = `version: 1
include: [{ ou: /Workloads/**, tags: { stage: prod } }]
delete: [access-key, password, mfa-device]
findings: { access-key-present: warn }
`;

test('the IAM policies of the README are enough for plan and for apply, and the planner cannot delete', async (t) => {
  const { run, apply, deletions, server, emulator } = await createPlanned(t, {
    scenario: SCENARIO,
    policy: POLICY,
  });
  const aws = {
    endpoint: server.url,
    region: 'us-east-1',
    credentials: emulator.callerCredentials('planner'),
  };
  const planned = await run(
    ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem', '--deep'],
    { aws },
  );
  assert.equal(planned.code, 0, planned.stderr);

  const refused = await apply(undefined, { aws });
  assert.equal(refused.code, 6);
  assert.deepEqual(deletions(), []);

  const applied = await apply();
  assert.equal(applied.code, 0, applied.stdout + applied.stderr);
  assert.deepEqual(deletions(), ['DeleteAccessKey 333333333333', 'DeleteLoginProfile 333333333333']);
});

test('the IAM policies of the README allow nothing that is not needed', async (t) => {
  for (const role of ['plan', 'apply'] as const) {
    const { Statement } = policyOf(role);
    const statements = Array.isArray(Statement) ? Statement : [Statement];
    const { Action } = statements[1] ?? {};
    for (const action of Array.isArray(Action) ? Action : []) {
      const deny = {
        operator: { deny: role === 'apply' ? [action] : [] },
        planner: { deny: role === 'plan' ? [action] : [] },
      };
      const { run, apply, server, emulator } = await createPlanned(t, {
        scenario: { ...SCENARIO, callers: deny },
        policy: POLICY,
      });
      const aws = {
        endpoint: server.url,
        region: 'us-east-1',
        credentials: emulator.callerCredentials('planner'),
      };
      const planned = await run(
        ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'],
        { aws },
      );
      const code = role === 'plan' ? planned.code : (await apply()).code;
      assert.notEqual(code, 0, `${role} works without ${action}`);
    }
  }
});

test('the table of contents names every chapter, links to it, and fits one screen', () => {
  const [, contents = ''] = /<!-- contents -->\n([\s\S]*?)<!-- end of contents -->/.exec(README) ?? [];
  const anchorOf = (title: string) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-');
  const chapters = [...README.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title);
  const linked = [...contents.matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)].map(([, title, anchor]) => [
    title,
    anchor,
  ]);
  assert.deepEqual(
    linked,
    chapters.map((title) => [title, anchorOf(title)]),
  );
  assert.ok(contents.split('\n').length <= 40);
});

test('the chapter on the architecture fits one screen', () => {
  const [, chapter = ''] = /^## Architecture\n([\s\S]*?)^## /m.exec(README) ?? [];
  const lines = chapter.split('\n').length;
  assert.ok(lines > 10 && lines <= 45, `${lines} lines`);
});

test('every file that the README names exists', () => {
  const named = [...README.matchAll(/`((?:src|test|examples|schemas)\/[\w./-]+)`/g)].map(
    ([, path]) => path ?? '',
  );
  assert.ok(named.length > 20);
  assert.deepEqual(
    named.filter((path) => !existsSync(`${ROOT}${path}`)),
    [],
  );
});

test('the README states the numbers of each control as src/core/doctor/control.ts does', () => {
  const rows = [
    ...README.matchAll(/^\| (IAM\.\d) \| ([^|]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|/gm),
  ];
  assert.deepEqual(
    rows.map(([, ...cells]) => cells),
    CONTROLS.map(({ id, title, cis }) => [
      id,
      title,
      cis['v5.0.0'],
      cis['v3.0.0'],
      cis['v1.4.0'],
      cis['v1.2.0'],
    ]),
  );
});
