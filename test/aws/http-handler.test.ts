import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { openClients } from '../../src/aws/clients.js';
import { classifyError } from '../../src/aws/failures.js';
import { openHandler } from '../../src/aws/http-handler.js';

const STALLS: readonly (readonly [what: string, answer: (response: ServerResponse) => void])[] = [
  ['never begins', () => undefined],
  [
    'begins and never ends',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
      response.write('<GetUserResponse>');
    },
  ],
];
for (const [what, answer] of STALLS) {
  test(`a call ends as one without an answer when the answer ${what}`, async (t) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => answer(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const clients = await openClients(
      {
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
        requestHandler: openHandler(1, { call: 200, unanswered: 200 }),
      },
      1,
    );
    t.after(() => clients.close());
    await assert.rejects(clients.iam.send(new GetUserCommand({})), (error) => {
      const { kind, refused } = classifyError(error);
      assert.deepEqual([kind, refused], ['transient', false]);
      return true;
    });
  });
}
