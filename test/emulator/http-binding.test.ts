import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBinding, type HttpBinding } from '../../src/emulator/wire/http-binding.js';

const BINDINGS: Readonly<Record<string, HttpBinding>> = {
  ListThings: { method: 'GET', path: '/', query: { Prefix: 'prefix' } },
  GetColour: {
    method: 'GET',
    path: '/{Thing}',
    subresource: 'colour',
    headers: { Owner: 'x-amz-owner' },
  },
  PutColour: { method: 'PUT', path: '/{Thing}', subresource: 'colour', requestBody: 'Colour' },
};

const FOUND: readonly [request: string, operation: string, parameters: Readonly<Record<string, string>>][] = [
  ['GET /', 'ListThings', {}],
  ['GET /?prefix=a%20b&x-id=ListThings', 'ListThings', { Prefix: 'a b' }],
  ['GET /?prefix=', 'ListThings', { Prefix: '' }],
  ['GET /one?colour', 'GetColour', { Thing: 'one', Owner: 'me' }],
  ['GET /one/?colour=', 'GetColour', { Thing: 'one', Owner: 'me' }],
  ['GET /o%2Fne?colour', 'GetColour', { Thing: 'o/ne', Owner: 'me' }],
  ['GET /100%?colour', 'GetColour', { Thing: '100%', Owner: 'me' }],
  ['PUT /one?colour', 'PutColour', { Thing: 'one', Colour: 'red' }],
];
for (const [request, operation, parameters] of FOUND) {
  test(`findBinding finds ${operation} in ${request}`, () => {
    const [method = '', path = ''] = request.split(' ');
    const headers = { 'x-amz-owner': 'me' };
    assert.deepEqual(findBinding(BINDINGS, { method, path, headers, body: 'red' }), {
      operation,
      parameters,
    });
  });
}

for (const request of [
  'GET /one',
  'GET /one?shape',
  'GET /one?colour&shape',
  'GET /?colour',
  'GET /?versions',
  'GET /one/two?colour',
  'DELETE /one?colour',
]) {
  test(`findBinding takes ${request} for none of its operations`, () => {
    const [method = '', path = ''] = request.split(' ');
    assert.equal(findBinding(BINDINGS, { method, path, headers: {}, body: '' }), undefined);
  });
}
