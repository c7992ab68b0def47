import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListMFADevicesCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { escapeText, writeElement } from '../../src/emulator/wire/xml.js';
import { openBench } from './clients.js';

test('writeElement writes lists, maps, dates and empty lists as AWS does', () => {
  const xml = writeElement('Result', {
    Items: [{ Id: 'a', Gone: undefined }],
    None: [],
    Map: new Map([['Users', 1]]),
    At: new Date('2026-01-02T03:04:05.678Z'),
    Yes: true,
  });
  assert.equal(
    xml,
    '<Result><Items><member><Id>a</Id></member></Items><None/><Map><entry><key>Users</key><value>1</value></entry></Map><At>2026-01-02T03:04:05Z</At><Yes>true</Yes></Result>',
  );
});

test('escapeText leaves nothing that ends an element, and nothing that XML cannot hold', () => {
  assert.equal(escapeText('<a href="&">\u0007\r\n'), '&lt;a href=&quot;&amp;&quot;&gt;\ufffd&#13;\n');
});

test('hostile names reach the client unchanged', async () => {
  const name = 'a"b\\c\u202e<script>&amp;\u001b[31m\n';
  const serial = 'arn:aws:iam::222222222222:mfa/<b>&"x"';
  await using bench = await openBench({
    accounts: [{ id: '222222222222', name, root: { mfaDevices: [serial] } }],
  });
  const { Accounts } = await bench.organizations().send(new ListAccountsCommand({}));
  assert.equal(Accounts?.[1]?.Name, name);
  const iam = await bench.rootSession('222222222222', 'IAMAuditRootUserCredentials');
  const { MFADevices } = await iam.send(new ListMFADevicesCommand({}));
  assert.equal(MFADevices?.[0]?.SerialNumber, serial);
});
