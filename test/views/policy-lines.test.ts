import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderLines } from '../../src/views/lines.js';
import { renderPolicyDocument } from '../../src/views/policy-lines.js';

const plain = (document: string) => renderLines(renderPolicyDocument(document), false);

test('renderPolicyDocument lays a document of one line out on several', () => {
  const document =
    '{"Version":"2012-10-17","Statement":[{"Sid":"Lock","Effect":"Deny","Principal":"*","Action":["s3:Get*","s3:Put*"],"Condition":{}}]}';
  assert.equal(
    plain(document),
    `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Lock",
      "Effect": "Deny",
      "Principal": "*",
      "Action": ["s3:Get*", "s3:Put*"],
      "Condition": {}
    }
  ]
}
`,
  );
});

test('renderPolicyDocument puts a long list on lines of its own', () => {
  const long = Array.from({ length: 4 }, (_, index) => `arn:aws:iam::33333333333${index}:role/reader`);
  assert.equal(
    plain(JSON.stringify({ AWS: long })),
    `{\n  "AWS": [\n${long.map((arn) => `    "${arn}"`).join(',\n')}\n  ]\n}\n`,
  );
});

test('renderPolicyDocument shows a key that stands there twice twice', () => {
  assert.equal(
    plain('{"Effect":"Deny","Effect":"Allow"}'),
    '{\n  "Effect": "Deny",\n  "Effect": "Allow"\n}\n',
  );
});

test('renderPolicyDocument shows what is no JSON as it is, and inert', () => {
  assert.equal(
    plain('{"a": \u001b[31m\u202e\n::warning::x'),
    '{"a": \\u{1b}[31m\\u{202e}\n:\\u{3a}warning::x\n',
  );
});

test('renderPolicyDocument makes visible what is hidden within a string', () => {
  assert.equal(plain('{"Sid":"a\u202eb"}'), '{\n  "Sid": "a\\u{202e}b"\n}\n');
});

test('renderPolicyDocument colours what denies, where there is colour', () => {
  const esc = String.fromCharCode(27);
  const [, line = ''] = renderLines(renderPolicyDocument('{"Effect":"Deny"}'), true).split('\n');
  assert.equal(line, `  ${esc}[36m"Effect"${esc}[39m${esc}[2m: ${esc}[22m${esc}[31m"Deny"${esc}[39m`);
});

test('renderPolicyDocument changes nothing but white space between the parts', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(4), (json, space) => {
      const document = JSON.stringify(JSON.parse(json), null, space);
      const shown = renderPolicyDocument(document)
        .map((line) => line.map((span) => (typeof span === 'string' ? span : span.text)).join(''))
        .join('\n');
      assert.deepEqual(JSON.parse(shown), JSON.parse(document));
      const compact = (text: string) => text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
      assert.equal(compact(shown), compact(document));
    }),
  );
});
