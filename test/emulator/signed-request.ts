import { createHash, createHmac } from 'node:crypto';
import type { Emulator, Reply } from '../../src/emulator/emulator.js';
import type { HttpRequest } from '../../src/emulator/wire/http.js';
import type { Credentials } from './clients.js';

/** A request signed by hand, so that tests can break each part of it and run on a clock of their own. */
export interface Request {
  readonly service: 'organizations' | 'sts' | 'iam';
  readonly operation: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly region?: string;
  readonly host?: string;
  readonly path?: string;
  readonly now: Date;
}

const VERSIONS = { sts: '2011-06-15', iam: '2010-05-08' } as const;

export function signedRequest(credentials: Credentials, request: Request): HttpRequest {
  const { service, operation, parameters = {}, region = 'us-east-1', path = '/', now } = request;
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const isJson = service === 'organizations';
  const form = { Action: operation, Version: isJson ? '' : VERSIONS[service], ...parameters };
  const body = isJson
    ? JSON.stringify(parameters)
    : new URLSearchParams(
        Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString();
  const headers: Record<string, string> = {
    'content-type': isJson ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded',
    host: request.host ?? 'localhost',
    'x-amz-date': stamp,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
    ...(isJson && { 'x-amz-target': `AWSOrganizationsV20161128.${operation}` }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const scope = [stamp.slice(0, 8), region, service, 'aws4_request'];
  const digest = createHash('sha256').update(canonical).digest('hex');
  let key: string | Buffer = `AWS4${credentials.secretAccessKey}`;
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope.join('/')}\n${digest}`;
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { method: 'POST', path, headers: { ...headers, authorization }, body };
}

/** What a client would see, in short. */
export interface Seen {
  readonly status: number;
  readonly body: string;
  /** The error code on the wire, `__type` or `Code`. */
  readonly code: string | undefined;
  readonly delay: number;
}

export async function ask(emulator: Emulator, credentials: Credentials, request: Request): Promise<Seen> {
  return see(await emulator.handle(signedRequest(credentials, request)));
}

export function see(reply: Reply): Seen {
  if (reply.kind !== 'answer') return { status: 0, body: '', code: reply.kind, delay: reply.delay };
  const { status, body } = reply.response;
  const code = /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? /"__type":"([^"]+)"/.exec(body)?.[1];
  return { status, body, code, delay: reply.delay };
}

/** Calls AssumeRoot and reads the credentials out of the XML. */
export async function assumeRoot(
  emulator: Emulator,
  account: string,
  task: string,
  now: Date,
  parameters: Readonly<Record<string, string | number>> = {},
): Promise<Credentials> {
  const seen = await ask(emulator, emulator.callerCredentials(), {
    service: 'sts',
    operation: 'AssumeRoot',
    parameters: {
      TargetPrincipal: account,
      'TaskPolicyArn.arn': `arn:aws:iam::aws:policy/root-task/${task}`,
      ...parameters,
    },
    now,
  });
  const read = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(seen.body)?.[1] ?? '';
  return {
    accessKeyId: read('AccessKeyId'),
    secretAccessKey: read('SecretAccessKey'),
    sessionToken: read('SessionToken'),
  };
}

/** A clock that tests set forward. */
export function virtualClock(start = '2026-06-01T12:00:00Z'): {
  now: () => Date;
  advance: (milliseconds: number) => void;
} {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}
