import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { DeleteLoginProfileCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { openEmulator } from '../../src/emulator/emulator.js';
import type { FaultRule } from '../../src/emulator/faults/rule.js';
import { serveEmulator } from '../../src/emulator/server.js';
import { type Bench, openBench } from './clients.js';

const SCENARIO = { accounts: [{ id: '222222222222', root: { password: true } }] };
const DELETE = 'IAMDeleteRootUserCredentials';

/** A bench with a deleting session, which the rule strikes. */
async function deleting(rule: FaultRule): Promise<Bench & { readonly session: IAMClient }> {
  const bench = await openBench(SCENARIO);
  const session = await bench.rootSession('222222222222', DELETE);
  bench.emulator.setFaults([rule]);
  return { ...bench, session };
}

test('a dropped connection reaches the SDK as one', async () => {
  await using bench = await deleting({ fault: { kind: 'drop', when: 'after-effect' } });
  await assert.rejects(bench.session.send(new DeleteLoginProfileCommand({})), { code: 'ECONNRESET' });
  assert.equal(bench.emulator.account('222222222222').password, undefined);
});

test('an SDK that retries after a dropped answer finds nothing left to delete', async () => {
  await using bench = await deleting({ match: { nth: 1 }, fault: { kind: 'drop', when: 'after-effect' } });
  const retrying = new IAMClient({
    endpoint: bench.server.url,
    region: 'us-east-1',
    credentials: await bench.session.config.credentials(),
  });
  await assert.rejects(retrying.send(new DeleteLoginProfileCommand({})), { name: 'NoSuchEntityException' });
  assert.equal(bench.emulator.calls.filter(({ effect }) => effect?.kind === 'deleted').length, 1);
});

test('a call that is never answered ends with the client or with the server', async () => {
  await using bench = await deleting({ fault: { kind: 'no-answer', when: 'before-effect' } });
  const impatient = new IAMClient({
    endpoint: bench.server.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: await bench.session.config.credentials(),
    requestHandler: new NodeHttpHandler({ requestTimeout: 50, throwOnRequestTimeout: true }),
  });
  await assert.rejects(impatient.send(new GetUserCommand({})), { name: 'TimeoutError' });
  const waiting = assert.rejects(bench.session.send(new GetUserCommand({})), { code: 'ECONNRESET' });
  while (bench.emulator.calls.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  await bench.server.close();
  await waiting;
});

test('latency takes real time', async () => {
  await using bench = await deleting({ fault: { kind: 'latency', milliseconds: 60 } });
  const start = performance.now();
  await bench.session.send(new GetUserCommand({}));
  assert.ok(performance.now() - start >= 59);
});

test('connections are counted', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  await organizations.send(new ListAccountsCommand({}));
  await organizations.send(new ListAccountsCommand({}));
  assert.equal(bench.server.connections, 1);
  await bench.organizations().send(new ListAccountsCommand({}));
  assert.equal(bench.server.connections, 2);
});

test('the Date header is the emulator’s clock, the request id is in header and log', async (t) => {
  const now = new Date('2030-01-02T03:04:05Z');
  const emulator = openEmulator(SCENARIO, { now: () => now });
  const server = await serveEmulator(emulator);
  t.after(() => server.close());
  const response = await fetch(server.url, { method: 'POST', body: 'Action=GetUser&Version=2010-05-08' });
  assert.equal(response.headers.get('date'), 'Wed, 02 Jan 2030 03:04:05 GMT');
  assert.equal(response.headers.get('x-amzn-requestid'), emulator.calls[0]?.requestId);
  assert.equal(response.headers.get('content-type'), 'text/xml');
  assert.match(
    await response.text(),
    /^<ErrorResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><Error>/,
  );
});

test('the log gets a line for each call, and says which operation is unknown', async (t) => {
  const lines: string[] = [];
  const emulator = openEmulator(SCENARIO, { now: () => new Date('2030-01-02T03:04:05Z') });
  const server = await serveEmulator(emulator, { log: (line) => lines.push(line) });
  t.after(() => server.close());
  await fetch(server.url, { method: 'POST', body: 'Action=GetUser&Version=2010-05-08' });
  await fetch(server.url, { method: 'POST', body: 'Action=CreateUser&Version=2010-05-08' });
  assert.deepEqual(lines, [
    '2030-01-02T03:04:05.000Z iam GetUser → 403 MissingAuthenticationToken',
    '2030-01-02T03:04:05.000Z iam CreateUser → 403 MissingAuthenticationToken (operation unknown to the emulator)',
  ]);
});

test('a body beyond all reason ends the connection', async () => {
  await using bench = await openBench(SCENARIO);
  const outcome = await new Promise((resolve) => {
    const outgoing = request(bench.server.url, { method: 'POST' }, () => resolve('answered'));
    outgoing.on('error', () => resolve('closed'));
    outgoing.end('x'.repeat(1_100_000));
  });
  assert.equal(outcome, 'closed');
  assert.equal(bench.emulator.calls.length, 0);
});

test('serveEmulator rejects when the port is taken', async () => {
  await using bench = await openBench(SCENARIO);
  const port = Number(new URL(bench.server.url).port);
  await assert.rejects(serveEmulator(bench.emulator, { port }), { code: 'EADDRINUSE' });
});
