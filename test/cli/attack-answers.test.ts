/** What stands where AWS should, and answers nonsense, half an answer or what it must not know. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sessionSecrets } from '../../src/emulator/state/session.js';
import { type Change, changeAnswers, replaceElement, withoutMember } from './answers.js';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';

const ACCOUNT = '333333333333';

/** The secrets of the session that makes a call. */
function secretsOf({ emulator }: Planned, accessKeyId = '') {
  return sessionSecrets(emulator.world.seed, accessKeyId);
}

/** Letters and digits alone: however it is spelled, a secret leaves them in their order. */
const bare = (text: string) => text.replace(/[^A-Za-z0-9]/g, '');

/** Fails where a run of 16 letters and digits of any session's secret is anywhere in the texts or the folder. */
function assertNoSecret(planned: Planned, texts: readonly string[]): void {
  const { emulator, folder } = planned;
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'key.pem')
    .map(({ name }) => name);
  const written = bare(
    [...texts, ...files.map((name) => readFileSync(join(folder, name), 'utf8'))].join(' '),
  );
  assert.ok(emulator.world.sessions.size > 0);
  const secrets = [...emulator.world.sessions.keys()].flatMap((id) =>
    Object.values(secretsOf(planned, id)).map(bare),
  );
  for (const secret of [...secrets, bare(emulator.callerCredentials().secretAccessKey)]) {
    for (let at = 0; at + 16 <= secret.length; at += 1) {
      // The tokens of all sessions begin alike, with what is no secret.
      if (secret.startsWith('IQoJb3JpZ2luX2Vj') && at < 15) continue;
      assert.ok(!written.includes(secret.slice(at, at + 16)), secret.slice(at, at + 16));
    }
  }
}

const escapeAll = (text: string) =>
  [...text].map((character) => `&#x${character.charCodeAt(0).toString(16)};`).join('');

const SPELLINGS: readonly (readonly [what: string, spell: (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['with blanks in between', (secret) => [...secret].join(' ')],
  ['with line ends in between', (secret) => secret.replace(/(.{5})/g, '$1\n')],
  ['as XML escapes', escapeAll],
  [
    'percent-encoded',
    (secret) => encodeURIComponent(secret).replace(/[a-z]/g, (it) => `%${it.charCodeAt(0).toString(16)}`),
  ],
  ['in the alphabet for URLs', (secret) => secret.replaceAll('+', '-').replaceAll('/', '_')],
  ['from its middle', (secret) => secret.slice(9, 31)],
];

for (const [what, spell] of SPELLINGS) {
  test(`no secret is written when an endpoint answers with one where a date should be, ${what}`, async (t) => {
    const planned = await createPlanned(t);
    changeAnswers(planned, { operation: 'AssumeRoot', account: '222222222222' }, (body) => {
      const secret = /<SecretAccessKey>(.+?)</.exec(body)?.[1] ?? '';
      return replaceElement(body, 'Expiration', `<Expiration>${spell(secret)}</Expiration>`);
    });
    changeAnswers(planned, { operation: 'ListMFADevices', account: ACCOUNT }, (body, { accessKeyId }) => {
      const { secretAccessKey, sessionToken } = secretsOf(planned, accessKeyId);
      const said = `${spell(secretAccessKey)} ${spell(sessionToken)}`;
      return replaceElement(body, 'EnableDate', `<EnableDate>${said}</EnableDate>`);
    });
    const results = [
      await planned.plan('--verbose'),
      await planned.run(['audit']),
      await planned.run(['audit', '--json']),
    ];
    assert.deepEqual(
      results.map(({ code }) => code),
      [3, 6, 6],
    );
    assertNoSecret(
      planned,
      results.map(({ stdout, stderr }) => stdout + stderr),
    );
    assert.match(
      await planned.read('org.plan.yaml'),
      /AssumeRoot failed: the answer could not be read, and is not shown/,
    );
  });
}

test('an account is unknown when an endpoint answers with a secret where the id of a device should be', async (t) => {
  const planned = await createPlanned(t);
  changeAnswers(planned, { operation: 'ListMFADevices', account: ACCOUNT }, (body, { accessKeyId }) => {
    const { sessionToken } = secretsOf(planned, accessKeyId);
    return replaceElement(body, 'SerialNumber', `<SerialNumber>${sessionToken}</SerialNumber>`);
  });
  const { code, stdout, stderr } = await planned.plan();
  assert.equal(code, 3);
  assertNoSecret(planned, [stdout, stderr]);
  assert.match(stdout, /an answer has a secret of the root session in it/);
});

/** Values of the summary, each in place of the 1 that says that there is a password. */
const VALUES: readonly (readonly [value: string, says: RegExp])[] = [
  ['<value>00</value>', /answered with AccountPasswordPresent "00", which is 0 or 1/],
  ['<value>2</value>', /answered with AccountPasswordPresent "2", which is 0 or 1/],
  ['<value>-1</value>', /answered with AccountPasswordPresent "-1", which is 0 or 1/],
  ['<value>-0</value>', /answered with AccountPasswordPresent "-0", which is 0 or 1/],
  ['<value> 0</value>', /answered with AccountPasswordPresent " 0", which is 0 or 1/],
  ['<value>false</value>', /answered with AccountPasswordPresent "false", which is 0 or 1/],
  ['<value></value>', /answered with AccountPasswordPresent "", which is 0 or 1/],
  ['<value/>', /answered with AccountPasswordPresent without its value/],
  ['<value><!-- -->0</value>', /answered with XML that is not plain/],
  ['<value>&#48;</value>', /answered with XML that is not plain/],
  [
    '<value>1</value></entry><entry><key>AccountPasswordPresent</key><value>0</value>',
    /answered with AccountPasswordPresent 2 times/,
  ],
];

const only =
  (value: string): Change =>
  (body) =>
    body
      .replace(
        /(<key>Account(?:MFAEnabled|AccessKeysPresent|SigningCertificatesPresent)<\/key>\s*)<value>\d+<\/value>/g,
        '$1<value>0</value>',
      )
      .replace(/(<key>AccountPasswordPresent<\/key>\s*)<value>\d+<\/value>/, (_, key) => `${key}${value}`);

for (const [value, says] of VALUES) {
  test(`an account is unknown, and not clean, when its summary says ${value}`, async (t) => {
    const planned = await createPlanned(t);
    changeAnswers(planned, { operation: 'GetAccountSummary', account: ACCOUNT }, only(value));
    const { code, stdout } = await planned.plan();
    assert.equal(code, 3);
    assert.match(stdout, says);
    assert.match(stdout, /1 unknown, .+ 1 clean\.\n/);
    assert.equal((await planned.run(['audit'])).code, 6);
  });
}

test('an account is clean when its summary says 0 four times, and only then', async (t) => {
  const planned = await createPlanned(t);
  changeAnswers(planned, { operation: 'GetAccountSummary', account: ACCOUNT }, only('<value>0</value>'));
  assert.match((await planned.plan()).stdout, /0 unknown, .+ 2 clean\.\n/);
});

const twice: Change = (body) => body.replace(/<member>.*?<\/member>/s, (member) => member + member);

test('an account is unknown when a list names a device twice', async (t) => {
  const planned = await createPlanned(t);
  changeAnswers(planned, { operation: 'ListMFADevices' }, twice);
  const { code, stdout } = await planned.plan();
  assert.equal(code, 3);
  assert.match(stdout, /ListMFADevices answered with mfa-device arn:aws:iam::333333333333:mfa\/\w+ twice/);
  assert.equal((await planned.run(['audit'])).code, 6);
});

test('apply leaves an account alone when a list names a device twice', async (t) => {
  const planned = await createPlanned(t);
  await planned.plan();
  changeAnswers(planned, { operation: 'ListMFADevices' }, twice);
  const { code, stdout } = await planned.apply();
  assert.equal(code, 6);
  assert.match(
    stdout,
    /could not be looked at, left alone: ListMFADevices answered with mfa-device .+ twice/,
  );
  assert.deepEqual(planned.deletions(), []);
});

const STRANGER = 'arn:aws:iam::444444444444:root';

for (const argv of [['audit'], ['audit', '--deep']] as const) {
  test(`${argv.join(' ')} calls an account unknown whose session is that of another`, async (t) => {
    const planned = await createPlanned(t);
    changeAnswers(planned, { operation: 'GetUser', account: ACCOUNT }, (body) =>
      replaceElement(body, 'Arn', `<Arn>${STRANGER}</Arn>`),
    );
    const { code, stdout } = await planned.run(argv);
    assert.equal(code, 6);
    assert.match(stdout, new RegExp(`session-mismatch: the session is that of "${STRANGER}"`));
  });
}

test('plan calls an account unknown whose session is that of another', async (t) => {
  const planned = await createPlanned(t);
  changeAnswers(planned, { operation: 'GetUser', account: ACCOUNT }, (body) =>
    replaceElement(body, 'Arn', `<Arn>${STRANGER}</Arn>`),
  );
  assert.equal((await planned.plan()).code, 3);
  assert.match(await planned.read('org.plan.yaml'), /\n {6}cause: session-mismatch\n/);
});

const PAGE = '<!doctype html><html><title>Sign in to the network</title></html>';
const page: Change = () => ({ body: PAGE, headers: { 'content-type': 'text/html; charset=utf-8' } });
/** The same, from something that does not say what it is. */
const mute: Change = () => PAGE;

/** What `plan` and `enable` ask first, and an answer that lacks what they ask for. */
const HALVES: readonly (readonly [operation: string, change: Change, says: RegExp])[] = [
  [
    'GetCallerIdentity',
    page,
    /^Error: sts:GetCallerIdentity was not answered by AWS: a web page came, with status 200\n/,
  ],
  ['GetCallerIdentity', mute, /^Error: sts:GetCallerIdentity answered without Account\n/],
  [
    'ListOrganizationsFeatures',
    page,
    /^Error: iam:ListOrganizationsFeatures was not answered by AWS: a web page came, with status 200\n/,
  ],
  [
    'ListOrganizationsFeatures',
    mute,
    /^Error: iam:ListOrganizationsFeatures answered without EnabledFeatures\n/,
  ],
  [
    'ListOrganizationsFeatures',
    (body) => replaceElement(body, 'EnabledFeatures', ''),
    /^Error: iam:ListOrganizationsFeatures answered without EnabledFeatures\n/,
  ],
  [
    'DescribeOrganization',
    page,
    /^Error: organizations:DescribeOrganization was not answered by AWS: a web page came, with status 200\n/,
  ],
  ['DescribeOrganization', mute, /^Error: organizations:DescribeOrganization failed: /],
  ...['FeatureSet', 'Id', 'Arn', 'MasterAccountId'].map(
    (member) =>
      [
        'DescribeOrganization',
        (body: string) => withoutMember(body, member),
        new RegExp(`^Error: organizations:DescribeOrganization answered without ${member}\\n`),
      ] as const,
  ),
];

for (const [operation, change, says] of HALVES) {
  test(`plan and enable say what came in place of ${operation}: ${says.source}`, async (t) => {
    const planned = await createPlanned(t, { over: 'http' });
    changeAnswers(planned, { operation }, change);
    for (const result of [await planned.plan(), await planned.run(['enable', '--confirm', ORGANIZATION])]) {
      assert.equal(result.code, 1);
      assert.match(result.stderr, says);
      assert.doesNotMatch(result.stdout + result.stderr, / off /);
    }
    assert.deepEqual(planned.emulator.history, []);
  });
}

/** Of each call that `doctor` and `plan` make, an answer without its list. */
for (const [operation, member] of [
  ['ListAccounts', 'Accounts'],
  ['ListPolicies', 'Policies'],
] as const) {
  test(`doctor takes an answer of ${operation} without ${member} for unknown`, async (t) => {
    const planned = await createPlanned(t);
    changeAnswers(planned, { operation }, (body) => withoutMember(body, member));
    const { code, stdout } = await planned.run(['doctor']);
    assert.notEqual(code, 0);
    assert.match(stdout, new RegExp(`unknown: organizations:${operation} answered without `));
  });
}

for (const [operation, element] of [
  ['GetAccountSummary', 'SummaryMap'],
  ['GetUser', 'Arn'],
  ['GetLoginProfile', 'LoginProfile'],
  ['ListAccessKeys', 'AccessKeyMetadata'],
  ['ListAccessKeys', 'IsTruncated'],
  ['ListMFADevices', 'MFADevices'],
  ['ListMFADevices', 'IsTruncated'],
  ['ListSigningCertificates', 'Certificates'],
  ['ListSigningCertificates', 'IsTruncated'],
] as const) {
  test(`an account is unknown when ${operation} answers without ${element}, or with a page`, async (t) => {
    const planned = await createPlanned(t);
    let change: Change = (body) => replaceElement(body, element, '');
    changeAnswers(planned, { operation, account: ACCOUNT }, (body, call) => change(body, call));
    for (const next of [page, mute, page]) {
      const { code, stdout } = await planned.plan();
      assert.equal(code, 3, stdout);
      assert.match(stdout, /1 unknown, .+ 1 clean\.\n/);
      change = next;
    }
  });
}

/** Tokens that lead round in a circle of so many pages. */
function circle(of: number): { readonly next: () => string; readonly asked: () => number } {
  let pages = 0;
  return {
    next: () => {
      pages += 1;
      return `token-${pages % of}`;
    },
    asked: () => pages,
  };
}

for (const size of [1, 2, 4, 8]) {
  test(`plan asks for a list that leads in a circle of ${size} pages no more than ${3 * size + 3} times`, async (t) => {
    const planned = await createPlanned(t);
    const accounts = circle(size);
    changeAnswers(planned, { operation: 'ListAccounts' }, (body) =>
      JSON.stringify({ ...JSON.parse(body), NextToken: accounts.next() }),
    );
    const { code, stderr } = await planned.plan();
    assert.equal(code, 1);
    assert.match(
      stderr,
      /Error: organizations:ListAccounts answered with the token of an earlier page again\n/,
    );
    assert.ok(accounts.asked() <= 3 * size + 3, `${accounts.asked()}`);
  });

  test(`an account is unknown when a list in it leads in a circle of ${size} pages`, async (t) => {
    const planned = await createPlanned(t);
    const devices = circle(size);
    changeAnswers(planned, { operation: 'ListMFADevices' }, (body) =>
      replaceElement(
        body,
        'IsTruncated',
        `<IsTruncated>true</IsTruncated><Marker>${devices.next()}</Marker>`,
      ),
    );
    const { code, stdout } = await planned.plan();
    assert.equal(code, 3);
    assert.match(stdout, /ListMFADevices answered with the token of an earlier page again/);
    assert.ok(devices.asked() <= 3 * size + 3, `${devices.asked()}`);
  });
}
