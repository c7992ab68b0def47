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
import type { Credential, CredentialName, LastUsed } from '../core/credentials.js';
import { nameCredential, sortCredentials } from '../core/credentials.js';
import { formatTime } from '../core/time.js';
import { type RootAccess, RootAccessFailure, type RootSession, type Task } from '../workflows/ports.js';
import { assumeRoot } from './assume-root.js';
import type { Calls } from './call.js';
import type { Clients } from './clients.js';
import { explainInSession, incomplete } from './explain-session.js';
import { classifyError, requestIdOf } from './failures.js';
import type { Limiter } from './limiter.js';
import { readPassword } from './password.js';
import type { IamSession } from './session-client.js';

const TASK_POLICIES: Readonly<Record<Task, string>> = {
  audit: 'IAMAuditRootUserCredentials',
  delete: 'IAMDeleteRootUserCredentials',
};

/** Keys of GetAccountSummary that say 1 where the root user has a credential of a kind, and 0 where it has none. */
const SUMMARY_KEYS = [
  'AccountPasswordPresent',
  'AccountMFAEnabled',
  'AccountAccessKeysPresent',
  'AccountSigningCertificatesPresent',
] as const;

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
      return createRootSession(iam, calls, credentials.accessKeyId, `arn:${partition}:iam::${account}:root`);
    },
  };
}

/** None of these calls names a user: the task policies deny whatever is not the root user itself. */
function createRootSession(iam: IamSession, calls: Calls, accessKeyId: string, rootArn: string): RootSession {
  async function ask<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await calls.call(send);
    } catch (error) {
      throw explainInSession(error, operation);
    }
  }

  async function listKind(kind: Exclude<Credential['kind'], 'password'>) {
    const credentials: Credential[] = [];
    let requestId = 'none';
    let Marker: string | undefined;
    do {
      const page = await ask(LISTS[kind].operation, () => LISTS[kind].read(iam, Marker));
      credentials.push(...page.credentials);
      requestId = page.requestId;
      Marker = page.next;
    } while (Marker !== undefined);
    return { credentials, requestId };
  }

  async function lastUsed(id: string): Promise<LastUsed> {
    const answer = await ask('GetAccessKeyLastUsed', () =>
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id })),
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
    const { User } = await ask('GetUser', () => iam.send(new GetUserCommand({})));
    if (User?.Arn === rootArn) return User;
    throw new RootAccessFailure(
      'session-mismatch',
      `the session is that of "${User?.Arn ?? 'nobody'}" instead of "${rootArn}"`,
    );
  }

  return {
    accessKeyId,

    holdsAny: async () => {
      const { SummaryMap: summary = {} } = await ask('GetAccountSummary', () =>
        iam.send(new GetAccountSummaryCommand({})),
      );
      const values = SUMMARY_KEYS.map((key) => summary[key] as number | undefined);
      const missing = SUMMARY_KEYS.find((_, index) => values[index] === undefined);
      // A missing key says nothing, and nothing is not zero (promise 4).
      if (missing !== undefined) throw incomplete('GetAccountSummary', missing);
      return values.some((value) => value !== 0);
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
        const requestId = requestIdOf(await calls.callOnce(() => operation.send(iam)));
        // The SDK reads nothing else of this answer: without the id, it may be anybody's.
        if (requestId === 'none') throw incomplete(operation.name, 'the id of the request');
        return { answer: 'deleted', requestId };
      } catch (error) {
        // Somebody else was faster, or AWS did it although its first answer was lost.
        if (classifyError(error).kind === 'not-found')
          return { answer: 'absent', requestId: requestIdOf(error) };
        throw explainInSession(error, operation.name);
      }
    },

    find: async (credential) => {
      if (credential.kind === 'password') {
        const { created, requestId } = await readPassword(iam, calls);
        return { present: created !== undefined, requestId };
      }
      const { credentials, requestId } = await listKind(credential.kind);
      const name = nameCredential(credential);
      return {
        present: credentials.some((found) => nameCredential(found) === name),
        requestId,
      };
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
  readonly read: (iam: IamSession, marker: string | undefined) => Promise<ListPage>;
}

const LISTS: Readonly<Record<Exclude<Credential['kind'], 'password'>, KindList>> = {
  'access-key': {
    operation: 'ListAccessKeys',
    read: async (iam, Marker) => {
      const page = await iam.send(new ListAccessKeysCommand({ Marker }));
      return readPage(page, page.AccessKeyMetadata, 'ListAccessKeys', 'AccessKeyMetadata', (key) =>
        readCredential('access-key', 'ListAccessKeys', key.AccessKeyId, key.CreateDate, key.Status),
      );
    },
  },
  'mfa-device': {
    operation: 'ListMFADevices',
    read: async (iam, Marker) => {
      const page = await iam.send(new ListMFADevicesCommand({ Marker }));
      return readPage(page, page.MFADevices, 'ListMFADevices', 'MFADevices', (device) =>
        readCredential('mfa-device', 'ListMFADevices', device.SerialNumber, device.EnableDate),
      );
    },
  },
  'signing-certificate': {
    operation: 'ListSigningCertificates',
    read: async (iam, Marker) => {
      const page = await iam.send(new ListSigningCertificatesCommand({ Marker }));
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
  if (page.IsTruncated === true && page.Marker === undefined) throw incomplete(operation, 'Marker');
  return {
    credentials: (members ?? []).map(read),
    requestId: requestIdOf(page),
    next: page.IsTruncated === false ? undefined : page.Marker,
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
  readonly send: (iam: IamSession) => Promise<unknown>;
} {
  switch (kind) {
    case 'password':
      return {
        name: 'DeleteLoginProfile',
        send: (iam) => iam.send(new DeleteLoginProfileCommand({})),
      };
    case 'mfa-device':
      return {
        name: 'DeactivateMFADevice',
        send: (iam) => iam.send(new DeactivateMFADeviceCommand({ SerialNumber: id })),
      };
    case 'access-key':
      return {
        name: 'DeleteAccessKey',
        send: (iam) => iam.send(new DeleteAccessKeyCommand({ AccessKeyId: id })),
      };
    case 'signing-certificate':
      return {
        name: 'DeleteSigningCertificate',
        send: (iam) => iam.send(new DeleteSigningCertificateCommand({ CertificateId: id })),
      };
  }
}
