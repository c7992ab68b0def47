import { test } from 'node:test';
import fc from 'fast-check';
import { parsePolicy } from '../../../src/files/policy/policy.js';
import { lines, refusalOf } from '../refusal.js';

const POLICY = lines(
  'version: 1',
  'include:',
  '  - ou: /Workloads/**',
  '    tags: { stage: sandbox }',
  'exclude:',
  '  - account: "111122223333"',
  '    reason: break-glass account',
  '    until: 2027-03-31',
  '  - joined: { after: 2026-01-31 }',
  '    reason: new',
  'delete: [password, mfa-device]',
  'findings: { root-used-recently: { days: 90, severity: block }, selector-unmatched: warn }',
  'limits: { accounts: 200, percent: 50 }',
  'expiresAfter: 72h',
  'rollout: { waves: [1, 25%, 100%], stopAfterFailures: 1 }',
);

const PIECES = [
  '',
  ' ',
  '\n',
  '\n  ',
  '\t',
  ': ',
  '- ',
  '? ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
];
const VALUES = [
  '!!str ',
  '~',
  '0',
  '-1',
  '.nan',
  '1e999',
  '0x10',
  'true',
  '<<: ',
  '__proto__: ',
  '---\n',
  '%',
  '|',
  '\u202e',
];

test('parsePolicy reads or refuses whatever is put into a policy, and breaks on nothing', () => {
  const edit = fc.record({
    at: fc.nat(POLICY.length),
    removed: fc.nat(30),
    put: fc.oneof(fc.constantFrom(...PIECES, ...VALUES), fc.string({ maxLength: 8, unit: 'binary' })),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce(
        (before, { at, removed, put }) => before.slice(0, at) + put + before.slice(at + removed),
        POLICY,
      );
      // Anything but a RootsweepError is thrown on.
      refusalOf(() => parsePolicy(text, 'policy.yaml'));
    }),
    { numRuns: 500 },
  );
});
