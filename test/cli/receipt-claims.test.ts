/** A receipt claims nothing of a credential that no run went to delete: somebody else may have removed it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW } from './harness.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { nameIds, stopAt, withReceipt } from './receipts.js';

const ACCOUNT = `accounts:
  - id: "333333333333"
    name: shop
    outcome: drifted
    ends:
      - { run: 1, at: 2026-11-23T09:00:00Z, outcome: failed, message: "DeleteLoginProfile failed: AccessDenied: denied" }
      - run: 2
        at: 2026-11-23T10:00:00Z
        outcome: drifted
        drift:
          planned:
            - "password, created 2019-02-04T00:00:00Z"
            - "mfa-device arn:aws:iam::333333333333:mfa/first, created 2019-02-05T00:00:00Z"
            - "mfa-device arn:aws:iam::333333333333:mfa/second, created 2019-02-06T00:00:00Z"
          found:
            - "password, created 2019-02-04T00:00:00Z"
            - "mfa-device arn:aws:iam::333333333333:mfa/first, created 2019-02-05T00:00:00Z"
    targets:
      - kind: password
        before: { run: 1, listed: 2026-11-23T09:00:00Z, created: 2019-02-04T00:00:00Z }
        requests:
          - { run: 1, intended: 2026-11-23T09:00:00Z, session: session-333-2, answer: { kind: refused, at: 2026-11-23T09:00:00Z, requestId: DeleteLoginProfile-333-1, message: "DeleteLoginProfile failed: AccessDenied: denied" } }
        after: { kind: not-proven }
      - kind: mfa-device
        id: arn:aws:iam::333333333333:mfa/first
        before: { run: 1, listed: 2026-11-23T09:00:00Z, created: 2019-02-05T00:00:00Z }
        requests: []
        after: { kind: not-attempted }
      - kind: mfa-device
        id: arn:aws:iam::333333333333:mfa/second
        before: { run: 1, listed: 2026-11-23T09:00:00Z, created: 2019-02-06T00:00:00Z }
        requests: []
        after: { kind: not-attempted }
`;

test('receipt says "not-attempted" of what somebody else removed before any run went to delete it', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.emulator.setFaults([
    { match: { operation: 'DeleteLoginProfile' }, fault: { kind: 'access-denied', message: 'denied' } },
  ]);
  assert.equal((await planned.apply(['--confirm', ORGANIZATION], stopAt(NOW))).code, 6);
  planned.emulator.changeAccount('333333333333', {
    remove: { mfaDevices: ['arn:aws:iam::333333333333:mfa/second'] },
  });
  await planned.apply(['--confirm', ORGANIZATION], stopAt('2026-11-23T10:00:00Z'));

  const applied = withReceipt(planned);
  const yaml = await nameIds((await applied.receipt()).stdout, applied);
  assert.equal(yaml.slice(yaml.indexOf('accounts:\n  - ')), ACCOUNT);
  assert.ok(yaml.includes('\n  targets: { proven: 0, not-proven: 1, not-attempted: 2 }\n'));
  const markdown = (await applied.receipt('--format', 'markdown')).stdout;
  assert.match(
    markdown,
    /^### `mfa-device \S+mfa\/second`\n\n- before: .+\n- no request on record\n- after: not attempted$/m,
  );
  await applied.sign();
  assert.equal((await applied.verifyReceipt('--journal', applied.journal)).code, 0);
});
