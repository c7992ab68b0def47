/** Promise 9 where nobody answers: a request to stop ends every wait at once, and nothing waits for ever. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openHandler } from '../../src/aws/http-handler.js';
import { fastClock } from './fast-clock.js';
import type { Harness } from './harness.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { spawnCli } from './spawned.js';

/** Never answers. */
const MUTE: RequestListener = () => undefined;
/** Answers byte by byte, for ever. */
const DRIPPING: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/xml' });
  const timer = setInterval(() => response.write('x'), 50);
  response.once('close', () => clearInterval(timer));
};

async function serve(
  t: TestContext,
  listener: RequestListener,
): Promise<{ readonly url: string; readonly asked: Promise<unknown> }> {
  const server = createServer(listener);
  const asked = once(server, 'request');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const KEY = ['--key', 'key.pem'];
const COMMANDS: readonly (readonly [argv: readonly string[], says: string])[] = [
  [['plan', '--policy', 'policy.yaml', '--out', 'new.plan.yaml', ...KEY], 'nothing was written'],
  [['audit'], 'nothing was written'],
  [['init'], 'nothing was written'],
  [['doctor'], 'nothing was changed'],
  [['enable', '--confirm', ORGANIZATION], 'nothing was changed'],
  [['explain', '333333333333', '--policy', 'policy.yaml'], 'nothing was changed'],
  [
    [
      'recover',
      '333333333333',
      '--reason',
      'lost',
      '--policy',
      'policy.yaml',
      '--out',
      'new.plan.yaml',
      ...KEY,
    ],
    'nothing was written',
  ],
  [
    ['apply', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--confirm', ORGANIZATION],
    'nothing was changed',
  ],
];

/** Only `init` finds these in its way. */
async function createScene(
  t: TestContext,
  [command]: readonly string[],
): Promise<Pick<Harness, 'run' | 'emulator'>> {
  const planned = await createPlanned(t);
  if (command !== 'init') {
    assert.equal((await planned.plan()).code, 0);
    return planned;
  }
  const { createHarness } = await import('./harness.js');
  const { SCENARIO } = await import('./planned.js');
  return createHarness(t, SCENARIO);
}

for (const [argv, says] of COMMANDS) {
  for (const [how, listener] of [
    ['never answers', MUTE],
    ['answers byte by byte', DRIPPING],
  ] as const) {
    test(`${argv[0]} ends at once with Ctrl-C while the endpoint ${how}`, async (t) => {
      const { run, emulator } = await createScene(t, argv);
      const { url, asked } = await serve(t, listener);
      const stop = new AbortController();
      // Nothing but the request to stop ends it: no deadline is near.
      const requestHandler = openHandler(50, { call: 2 ** 30, unanswered: 2 ** 30 });
      const aws = {
        endpoint: url,
        region: 'us-east-1',
        credentials: emulator.callerCredentials(),
        requestHandler,
      };
      const running = run(argv, { aws, stop: stop.signal });
      await asked;
      stop.abort();
      const { code, stderr } = await running;
      assert.equal(code, 130);
      assert.equal(stderr.split('\n')[0], `Error: interrupted; ${says}`);
    });
  }
}

/** From the first call of this kind on, nothing is answered. */
function fallSilent({ emulator }: Planned, operation: string, then: () => void): void {
  const handle = emulator.handle.bind(emulator);
  let isSilent = false;
  emulator.handle = async (request) => {
    const asks =
      request.body.includes(`Action=${operation}`) ||
      request.headers['x-amz-target']?.endsWith(`.${operation}`);
    if (asks && !isSilent) {
      isSilent = true;
      setImmediate(then);
    }
    const reply = await handle(request);
    return isSilent ? { kind: 'no-answer', delay: 0, call: reply.call } : reply;
  };
}

for (const operation of ['DescribeAccount', 'AssumeRoot', 'ListMFADevices']) {
  test(`apply begins no account when it is stopped while ${operation} gets no answer`, async (t) => {
    const planned = await createPlanned(t);
    await planned.plan();
    const stop = new AbortController();
    fallSilent(planned, operation, () => stop.abort());
    const { code, stdout } = await planned.apply(undefined, { stop: stop.signal });
    assert.equal(code, 130);
    assert.match(stdout, /333333333333 shop/);
    assert.match(stdout, /1 not started/);
    assert.deepEqual(planned.deletions(), []);
  });
}

test('apply ends with one deadline when it is stopped while a deletion gets no answer', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  planned.forget();
  const stop = new AbortController();
  fallSilent(planned, 'DeleteLoginProfile', () => stop.abort());
  const { server, emulator } = planned;
  const requestHandler = openHandler(50, { call: 300 });
  const aws = {
    endpoint: server.url,
    region: 'us-east-1',
    credentials: emulator.callerCredentials(),
    requestHandler,
  };
  const { code, stdout } = await planned.apply(undefined, { aws, stop: stop.signal, clock: fastClock() });
  assert.equal(code, 6);
  assert.match(stdout, /failed/);
  // The deletion that was under way, and the look after it that was not answered either: nothing was sent again.
  const calls = planned.calls();
  const after = calls.slice(calls.findIndex((call) => call.includes('DeleteLoginProfile')));
  assert.equal(after.filter((call) => call.includes('Delete')).length, 1);
  assert.equal(new Set(after).size, after.length, after.join('\n'));
});

for (const [how, listener] of [
  ['never answers', MUTE],
  ['answers byte by byte', DRIPPING],
] as const) {
  test(`a process ends with 130 at the first SIGTERM while the endpoint ${how}`, async (t) => {
    const planned = await createPlanned(t);
    const { url, asked } = await serve(t, listener);
    const { child, ended } = spawnCli(planned, { argv: ['audit'], env: { AWS_ENDPOINT_URL: url } });
    await asked;
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    assert.equal(code, 130);
    assert.match(stderr, /Error: interrupted; nothing was written\n/);
  });
}
