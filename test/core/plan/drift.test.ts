import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Credential, nameCredential } from '../../../src/core/action/credentials.js';
import { compareCredentials, compareFacts } from '../../../src/core/plan/drift.js';
import type { EntryFacts } from '../../../src/core/plan/plan.js';
import { ACCESS_KEY, deleteEntryOf, MFA_DEVICE, PASSWORD } from '../fixtures.js';

/** Holds a key that the plan keeps, and a password and an MFA device that it deletes. */
const HELD = [ACCESS_KEY, PASSWORD, MFA_DEVICE];
const entry = deleteEntryOf({ observed: { kind: 'audited', by: 'listing', credentials: HELD } });
const compare = (found: readonly Credential[], ...sent: readonly Credential[]) =>
  compareCredentials(entry, found, new Set(sent.map(nameCredential)));

const MATCHED = {
  kind: 'matched',
  due: new Set([PASSWORD, MFA_DEVICE].map(nameCredential)),
  credentials: HELD,
};

test('compareCredentials matches when nothing changed, and gives what the plan deletes', () => {
  assert.deepEqual(compare(HELD), MATCHED);
});

test('compareCredentials does not mind in which order AWS listed them', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(HELD, { minLength: HELD.length }), (found) => {
      assert.deepEqual(compare(found), MATCHED);
    }),
  );
});

test('compareCredentials drifts when a credential is new', () => {
  const found = compare([...HELD, { ...ACCESS_KEY, id: 'AKIAZ' }]);
  assert(found.kind === 'drifted');
  assert.equal(found.planned.length, 3);
  assert.equal(found.found[1], 'access-key AKIAZ, Active, created 2019-01-01T00:00:00Z, never used');
});

for (const missing of HELD) {
  test(`compareCredentials drifts when the ${missing.kind} is missing`, () => {
    assert.equal(compare(HELD.filter((it) => it !== missing)).kind, 'drifted');
  });
}

test('compareCredentials drifts when nothing is left', () => {
  assert.equal(compare([]).kind, 'drifted');
});

const used = (at: string, service?: string, region?: string): Partial<Credential> => ({
  lastUsed: {
    kind: 'used',
    at,
    ...(service === undefined ? {} : { service }),
    ...(region === undefined ? {} : { region }),
  },
});
const CHANGES: readonly [field: string, change: Partial<Credential>][] = [
  ['id', { id: 'AKIAZ' }],
  ['created', { created: '2019-01-01T00:00:01Z' }],
  ['status', { status: 'Inactive' }],
  ['lastUsed', used('2026-11-23T08:30:00Z')],
  ['kind', { kind: 'signing-certificate' }],
];
for (const [field, change] of CHANGES) {
  test(`compareCredentials drifts when ${field} of a credential is different`, () => {
    assert.equal(compare([{ ...ACCESS_KEY, ...change }, PASSWORD, MFA_DEVICE]).kind, 'drifted');
  });
}

const USES: readonly [what: string, before: Partial<Credential>, after: Partial<Credential>][] = [
  ['time', used('2026-11-01T00:00:00Z'), used('2026-11-02T00:00:00Z')],
  ['service', used('2026-11-01T00:00:00Z', 's3'), used('2026-11-01T00:00:00Z', 'sts')],
  [
    'region',
    used('2026-11-01T00:00:00Z', 's3', 'us-east-1'),
    used('2026-11-01T00:00:00Z', 's3', 'us-west-2'),
  ],
];
for (const [what, before, after] of USES) {
  test(`compareCredentials drifts when the ${what} of the last use is different`, () => {
    const credentials = [{ ...PASSWORD, ...before }];
    const planned = deleteEntryOf({ observed: { kind: 'audited', by: 'listing', credentials } });
    assert.equal(compareCredentials(planned, [{ ...PASSWORD, ...after }], new Set()).kind, 'drifted');
  });
}

test('compareCredentials drifts when the password was used for the first time', () => {
  assert.equal(
    compare([ACCESS_KEY, { ...PASSWORD, ...used('2026-11-23T08:30:00Z') }, MFA_DEVICE]).kind,
    'drifted',
  );
});

test('compareCredentials accepts that a credential is missing when this plan may have deleted it', () => {
  const found = [ACCESS_KEY, MFA_DEVICE];
  assert.deepEqual(compare(found, PASSWORD), {
    kind: 'matched',
    credentials: found,
    due: new Set([nameCredential(MFA_DEVICE)]),
  });
});

test('compareCredentials gives a credential that is still there although this plan may have deleted it', () => {
  assert.deepEqual(compare(HELD, PASSWORD), MATCHED);
});

test('compareCredentials accepts that all that this plan may have deleted is missing', () => {
  const found = [ACCESS_KEY];
  assert.deepEqual(compare(found, PASSWORD, MFA_DEVICE), {
    kind: 'matched',
    credentials: found,
    due: new Set(),
  });
});

test('compareCredentials drifts when another credential is missing than the one that this plan may have deleted', () => {
  assert.equal(compare([ACCESS_KEY, PASSWORD], PASSWORD).kind, 'drifted');
});

test('compareCredentials drifts when a credential that this plan may have deleted came back another', () => {
  const again = { ...PASSWORD, created: '2026-11-23T08:30:00Z' };
  assert.equal(compare([ACCESS_KEY, again, MFA_DEVICE], PASSWORD).kind, 'drifted');
});

test('compareCredentials drifts when a credential of the same name is listed twice', () => {
  assert.equal(compare([ACCESS_KEY, ACCESS_KEY, PASSWORD, MFA_DEVICE]).kind, 'drifted');
});

test('compareCredentials never gives what the plan does not delete, or what was not found', () => {
  const subset = fc.subarray(HELD);
  fc.assert(
    fc.property(subset, subset, (found, sent) => {
      const compared = compare(found, ...sent);
      if (compared.kind === 'drifted') return;
      assert.deepEqual(
        [...compared.due].sort(),
        found
          .filter((it) => it !== ACCESS_KEY)
          .map(nameCredential)
          .sort(),
      );
    }),
  );
});

const EMAIL = { masked: 's…@example.com', sha256: 'a'.repeat(64) };
const { id: _id, ...FACTS } = {
  ...deleteEntryOf(),
  email: EMAIL,
  tags: { stage: 'sandbox', owner: 'me' },
};

test('compareFacts finds nothing when nothing changed', () => {
  assert.equal(compareFacts(FACTS, { ...FACTS }), undefined);
});

test('compareFacts does not mind in which order AWS listed the tags', () => {
  assert.equal(compareFacts(FACTS, { ...FACTS, tags: { owner: 'me', stage: 'sandbox' } }), undefined);
});

const FACT_CHANGES: readonly [field: string, change: Partial<EntryFacts>, line: string][] = [
  ['the name', { name: 'shop2' }, 'name: shop2'],
  [
    'the email',
    { email: { ...EMAIL, sha256: 'b'.repeat(64) } },
    'email: s…@example.com (sha256:bbbbbbbbbbbb)',
  ],
  ['the state', { state: 'SUSPENDED' }, 'state: SUSPENDED'],
  ['the OU path', { ou: '/Sandbox' }, 'ou: /Sandbox'],
  ['a parent', { parents: ['r-exmp', 'ou-exmp-33333333'] }, 'parents: r-exmp ou-exmp-33333333'],
  ['the time of joining', { joined: '2021-01-01T00:00:00Z' }, 'joined: 2021-01-01T00:00:00Z CREATED'],
  ['the way of joining', { joinedMethod: 'INVITED' }, 'joined: 2020-06-15T12:00:00Z INVITED'],
  ['the value of a tag', { tags: { stage: 'prod', owner: 'me' } }, 'tag: stage=prod'],
  ['the key of a tag', { tags: { Stage: 'sandbox', owner: 'me' } }, 'tag: Stage=sandbox'],
  ['the number of tags', { tags: { stage: 'sandbox', owner: 'me', new: '' } }, 'tag: new='],
];
for (const [field, change, line] of FACT_CHANGES) {
  test(`compareFacts drifts when ${field} is different`, () => {
    const drift = compareFacts(FACTS, { ...FACTS, ...change });
    assert(drift !== undefined);
    assert.deepEqual([drift.found.includes(line), drift.planned.includes(line)], [true, false]);
  });
}

test('compareFacts drifts when a tag is gone', () => {
  assert.notEqual(compareFacts(FACTS, { ...FACTS, tags: { stage: 'sandbox' } }), undefined);
});

test('compareFacts drifts when the OU path is no longer known', () => {
  const { ou: _, ...rest } = FACTS;
  assert.notEqual(compareFacts(FACTS, rest), undefined);
});

test('compareFacts tells a "=" in the key of a tag from one in its value', () => {
  const drift = compareFacts({ ...FACTS, tags: { a: 'b=c' } }, { ...FACTS, tags: { 'a=b': 'c' } });
  assert.notEqual(drift, undefined);
});

test('compareFacts drifts whenever the tags are others', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '=', '%', '3D', '\n'), maxLength: 3 });
  const tags = fc.dictionary(text, text, { maxKeys: 2, noNullPrototype: true });
  fc.assert(
    fc.property(tags, tags, (before, after) => {
      const sorted = (it: Record<string, string>) => JSON.stringify(Object.entries(it).sort());
      const drifted = compareFacts({ ...FACTS, tags: before }, { ...FACTS, tags: after }) !== undefined;
      assert.equal(drifted, sorted(before) !== sorted(after));
    }),
  );
});
