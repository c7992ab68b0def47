/** Root sessions that audit and delete root credentials. */
import {
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSigningCertificateCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
  type User,
} from '@aws-sdk/client-iam';
import type { Credential, CredentialName, LastUsed } from '../core/action/credentials.js';
import { nameCredential, sortCredentials } from '../core/action/credentials.js';
import { formatTime } from '../core/base/time.js';
import { type RootAccess, RootAccessFailure, type RootSession, type Task } from '../workflows/ports.js';
import { SUMMARY_KEYS } from './account-summary.js';
import { assumeRoot } from './assume-root.js';
import type { Calls, Send } from './call.js';
import type { Clients } from './clients.js';
import { explainInSession, incomplete, nonsense } from './explain-session.js';
import { classifyError, requestIdOf } from './failures.js';
import type { Limiter } from './limiter.js';
import { PageTokens } from './page-tokens.js';
import { readPassword } from './password.js';
import { secretsOf } from './secrets.js';
import type { SendOptions } from './send-options.js';
import type { IamSession } from './session-client.js';
import { shieldSession } from './shield.js';

const TASK_POLICIES: Readonly<Record<Task, string>> = {
  audit: 'IAMAuditRootUserCredentials',
  delete: 'IAMDeleteRootUserCredentials',
};

/** @param limiter of AssumeRoot. */
export function createRootAccess(
  clients: Clients,
  calls: Calls,
  limiter: Limiter,
  partition: string,
): RootAccess {
  return {
    open: async (account, task) => {
      const credentials = await assumeRoot(clients, calls, limiter, {
        account,
        partition,
        taskPolicy: TASK_POLICIES[task],
      });
      const iam = clients.iamAs(credentials);
      const rootArn = `arn:${partition}:iam::${account}:root`;
      const session = createRootSession(iam, calls.forWork(), credentials.accessKeyId, rootArn);
      return shieldSession(session, secretsOf(credentials));
    },
  };
}

/** None of these calls names a user: the task policies deny whatever is not the root user itself. */
function createRootSession(iam: IamSession, calls: Calls, accessKeyId: string, rootArn: string): RootSession {
  async function ask<T>(operation: string, send: Send<T>): Promise<T> {
    try {
      return await calls.call(send);
    } catch (error) {
      throw explainInSession(error, operation);
    }
  }

  async function listKind(kind: Exclude<Credential['kind'], 'password'>) {
    const { operation } = LISTS[kind];
    const credentials: Credential[] = [];
    const tokens = new PageTokens();
    let requestId = 'none';
    let Marker: string | undefined;
    do {
      const page = await ask(operation, (options) => LISTS[kind].read(iam, Marker, options));
      credentials.push(...page.credentials);
      requestId = page.requestId;
      Marker = page.next;
      const fault = tokens.findFault(Marker);
      if (fault !== undefined) throw nonsense(operation, fault);
    } while (Marker !== undefined);
    const names = credentials.map(nameCredential);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw nonsense(operation, `${twice} twice`);
    return { credentials, requestId };
  }

  async function lastUsed(id: string): Promise<LastUsed> {
    const answer = await ask('GetAccessKeyLastUsed', (options) =>
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }), options),
    );
    const { LastUsedDate, ServiceName, Region } = answer.AccessKeyLastUsed ?? {};
    if (LastUsedDate !== undefined) {
      return {
        kind: 'used',
        at: formatTime(LastUsedDate),
        ...(ServiceName === undefined ? {} : { service: ServiceName }),
        ...(Region === undefined ? {} : { region: Region }),
      };
    }
    // Never used has a word of its own; an answer that says less says nothing (promise 4).
    if (ServiceName !== 'N/A') throw incomplete('GetAccessKeyLastUsed', 'LastUsedDate');
    return { kind: 'never' };
  }

  async function listKeys(): Promise<Credential[]> {
    const { credentials } = await listKind('access-key');
    return settle(credentials.map(async (key) => ({ ...key, lastUsed: await lastUsed(key.id ?? '') })));
  }

  /** Whom the session stands for, which has to be the root user of the intended account. */
  async function readUser(): Promise<User> {
    const { User } = await ask('GetUser', (options) => iam.send(new GetUserCommand({}), options));
    if (User?.Arn === rootArn) return User;
    throw new RootAccessFailure(
      'session-mismatch',
      `the session is that of "${User?.Arn ?? 'nobody'}" instead of "${rootArn}"`,
    );
  }

  return {
    accessKeyId,

    holdsAny: async () => {
      const operation = 'GetAccountSummary';
      const answer = await ask(operation, (options) => iam.send(new GetAccountSummaryCommand({}), options));
      const summary: Readonly<Record<string, number>> = answer.SummaryMap ?? {};
      const values = SUMMARY_KEYS.map((key) => {
        const value = summary[key];
        // A missing key says nothing, and nothing is not zero (promise 4).
        if (value === undefined) throw incomplete(operation, key);
        if (value !== 0 && value !== 1) throw nonsense(operation, `${key} ${value}, which is 0 or 1`);
        return value;
      });
      return values.some((value) => value === 1);
    },

    list: async () => {
      const [user, password, keys, devices, certificates] = await settle([
        readUser(),
        readPassword(iam, calls),
        listKeys(),
        listKind('mfa-device'),
        listKind('signing-certificate'),
      ]);
      const credentials = [...keys, ...devices.credentials, ...certificates.credentials];
      if (password.created !== undefined) {
        const used = user.PasswordLastUsed;
        credentials.push({
          kind: 'password',
          created: password.created,
          ...(used === undefined ? {} : { lastUsed: { kind: 'used', at: formatTime(used) } }),
        });
      }
      return sortCredentials(credentials);
    },

    delete: async (credential) => {
      const operation = deletionOf(credential);
      try {
        const requestId = requestIdOf(await calls.callOnce((options) => operation.send(iam, options)));
        // The SDK reads nothing else of this answer: without the id, it may be anybody's.
        if (requestId === 'none') throw incomplete(operation.name, 'the id of the request');
        return { answer: 'done', requestId };
      } catch (error) {
        // Somebody else was faster, or AWS did it although its first answer was lost.
        if (classifyError(error).kind === 'not-found')
          return { answer: 'absent', requestId: requestIdOf(error) };
        throw explainInSession(error, operation.name);
      }
    },

    find: async (credential) => {
      // Only what was to be deleted is looked for: the proof is not cut off either.
      calls.hold();
      if (credential.kind === 'password') {
        const { created, requestId } = await readPassword(iam, calls);
        return { created, requestId };
      }
      const { credentials, requestId } = await listKind(credential.kind);
      const name = nameCredential(credential);
      return { created: credentials.find((found) => nameCredential(found) === name)?.created, requestId };
    },
  };
}

/** Waits for all of them; where some fail, it is always the first of these that is told. */
async function settle<const T extends readonly Promise<unknown>[]>(
  asked: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(asked);
  return Promise.all(asked);
}

interface ListPage {
  readonly credentials: readonly Credential[];
  readonly requestId: string;
  readonly next: string | undefined;
}

interface KindList {
  readonly operation: string;
  readonly read: (iam: IamSession, marker: string | undefined, options: SendOptions) => Promise<ListPage>;
}

const LISTS: Readonly<Record<Exclude<Credential['kind'], 'password'>, KindList>> = {
  'access-key': {
    operation: 'ListAccessKeys',
    read: async (iam, Marker, options) => {
      const page = await iam.send(new ListAccessKeysCommand({ Marker }), options);
      return readPage(page, page.AccessKeyMetadata, 'ListAccessKeys', 'AccessKeyMetadata', (key) =>
        readCredential('access-key', 'ListAccessKeys', key.AccessKeyId, key.CreateDate, key.Status),
      );
    },
  },
  'mfa-device': {
    operation: 'ListMFADevices',
    read: async (iam, Marker, options) => {
      const page = await iam.send(new ListMFADevicesCommand({ Marker }), options);
      return readPage(page, page.MFADevices, 'ListMFADevices', 'MFADevices', (device) =>
        readCredential('mfa-device', 'ListMFADevices', device.SerialNumber, device.EnableDate),
      );
    },
  },
  'signing-certificate': {
    operation: 'ListSigningCertificates',
    read: async (iam, Marker, options) => {
      const page = await iam.send(new ListSigningCertificatesCommand({ Marker }), options);
      return readPage(page, page.Certificates, 'ListSigningCertificates', 'Certificates', (certificate) =>
        readCredential(
          'signing-certificate',
          'ListSigningCertificates',
          certificate.CertificateId,
          certificate.UploadDate,
          certificate.Status,
        ),
      );
    },
  },
};

function readPage<T>(
  page: { IsTruncated?: boolean | undefined; Marker?: string | undefined },
  members: readonly T[] | undefined,
  operation: string,
  element: string,
  read: (member: T) => Credential,
): ListPage {
  // The SDK gives an empty array for an empty list, and nothing for an answer without the list.
  if (members === undefined) throw incomplete(operation, element);
  // Whether more follows is said in every answer; silence about it is no end.
  if (page.IsTruncated === undefined) throw incomplete(operation, 'IsTruncated');
  if (page.IsTruncated && page.Marker === undefined) throw incomplete(operation, 'Marker');
  return {
    credentials: members.map(read),
    requestId: requestIdOf(page),
    next: page.IsTruncated ? page.Marker : undefined,
  };
}

function readCredential(
  kind: Credential['kind'],
  operation: string,
  id: string | undefined,
  created: Date | undefined,
  status?: string,
): Credential {
  if (id === undefined) throw incomplete(operation, 'the id of a credential');
  if (created === undefined) throw incomplete(operation, 'the date of a credential');
  return {
    kind,
    id,
    created: formatTime(created),
    ...(status === undefined ? {} : { status }),
  };
}

function deletionOf({ kind, id }: CredentialName): {
  readonly name: string;
  readonly send: (iam: IamSession, options: SendOptions) => Promise<unknown>;
} {
  switch (kind) {
    case 'password':
      return {
        name: 'DeleteLoginProfile',
        send: (iam, options) => iam.send(new DeleteLoginProfileCommand({}), options),
      };
    case 'mfa-device':
      return {
        name: 'DeactivateMFADevice',
        send: (iam, options) => iam.send(new DeactivateMFADeviceCommand({ SerialNumber: id }), options),
      };
    case 'access-key':
      return {
        name: 'DeleteAccessKey',
        send: (iam, options) => iam.send(new DeleteAccessKeyCommand({ AccessKeyId: id }), options),
      };
    case 'signing-certificate':
      return {
        name: 'DeleteSigningCertificate',
        send: (iam, options) => iam.send(new DeleteSigningCertificateCommand({ CertificateId: id }), options),
      };
  }
}
