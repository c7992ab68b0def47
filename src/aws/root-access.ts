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
import {
  CREDENTIALS,
  type Credential,
  type CredentialName,
  IDENTIFIED_KINDS,
  type IdentifiedKind,
  type LastUsed,
  nameCredential,
  sortCredentials,
} from '../core/action/credentials.js';
import { defined } from '../core/base/defined.js';
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

/** No call names a user: the task policies deny calls about any other user than root. */
function createRootSession(iam: IamSession, calls: Calls, accessKeyId: string, rootArn: string): RootSession {
  async function ask<T>(operation: string, send: Send<T>): Promise<T> {
    try {
      return await calls.call(send);
    } catch (error) {
      throw explainInSession(error, operation);
    }
  }

  async function listKind(kind: IdentifiedKind) {
    const { operation } = ACCESS[kind];
    const credentials: Credential[] = [];
    const tokens = new PageTokens();
    let requestId = 'none';
    let Marker: string | undefined;
    do {
      const page = await ask(operation, (options) => ACCESS[kind].read(iam, Marker, options));
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
      return defined({ kind: 'used', at: formatTime(LastUsedDate), service: ServiceName, region: Region });
    }
    // AWS marks an unused key with N/A; any other answer without a date is incomplete (promise 4).
    if (ServiceName !== 'N/A') throw incomplete('GetAccessKeyLastUsed', 'LastUsedDate');
    return { kind: 'never' };
  }

  async function listWithUse(kind: IdentifiedKind): Promise<Credential[]> {
    const { credentials } = await listKind(kind);
    if (kind !== 'access-key') return credentials;
    return settle(credentials.map(async (key) => ({ ...key, lastUsed: await lastUsed(key.id ?? '') })));
  }

  /** The user of the session, which must be the root user of the intended account. */
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
        // A missing key is not zero (promise 4).
        if (value === undefined) throw incomplete(operation, key);
        if (value !== 0 && value !== 1) throw nonsense(operation, `${key} ${value}, which is 0 or 1`);
        return value;
      });
      return values.some((value) => value === 1);
    },

    list: async () => {
      const [user, password, ...listed] = await settle([
        readUser(),
        readPassword(iam, calls),
        ...IDENTIFIED_KINDS.map(listWithUse),
      ]);
      const credentials = listed.flat();
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
      const operation = CREDENTIALS[credential.kind].deletes;
      try {
        const requestId = requestIdOf(
          await calls.callOnce((options) => sendDeletion(iam, credential, options)),
        );
        // The SDK reads nothing else of this answer: without the id, it may belong to another request.
        if (requestId === 'none') throw incomplete(operation, 'the id of the request');
        return { answer: 'done', requestId };
      } catch (error) {
        // Already deleted, perhaps by an earlier attempt whose answer was lost.
        if (classifyError(error).kind === 'not-found')
          return { answer: 'absent', requestId: requestIdOf(error) };
        throw explainInSession(error, operation);
      }
    },

    find: async (credential) => {
      // It proves a deletion: once started, a request to stop does not end it.
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

/** Waits for all promises; if several fail, throws the error of the first in the list. */
async function settle<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

interface ListPage {
  readonly credentials: readonly Credential[];
  readonly requestId: string;
  readonly next: string | undefined;
}

interface KindAccess {
  readonly operation: string;
  readonly read: (iam: IamSession, marker: string | undefined, options: SendOptions) => Promise<ListPage>;
  readonly delete: (iam: IamSession, id: string | undefined, options: SendOptions) => Promise<unknown>;
}

const ACCESS: Readonly<Record<IdentifiedKind, KindAccess>> = {
  'access-key': {
    operation: 'ListAccessKeys',
    read: async (iam, Marker, options) => {
      const page = await iam.send(new ListAccessKeysCommand({ Marker }), options);
      const keys = page.AccessKeyMetadata?.map(
        ({ AccessKeyId: id, CreateDate: created, Status: status }) => ({ id, created, status }),
      );
      return readPage(page, 'access-key', 'AccessKeyMetadata', keys);
    },
    delete: (iam, AccessKeyId, options) => iam.send(new DeleteAccessKeyCommand({ AccessKeyId }), options),
  },
  'mfa-device': {
    operation: 'ListMFADevices',
    read: async (iam, Marker, options) => {
      const page = await iam.send(new ListMFADevicesCommand({ Marker }), options);
      const devices = page.MFADevices?.map(({ SerialNumber: id, EnableDate: created }) => ({ id, created }));
      return readPage(page, 'mfa-device', 'MFADevices', devices);
    },
    delete: (iam, SerialNumber, options) =>
      iam.send(new DeactivateMFADeviceCommand({ SerialNumber }), options),
  },
  'signing-certificate': {
    operation: 'ListSigningCertificates',
    read: async (iam, Marker, options) => {
      const page = await iam.send(new ListSigningCertificatesCommand({ Marker }), options);
      const certificates = page.Certificates?.map(
        ({ CertificateId: id, UploadDate: created, Status: status }) => ({ id, created, status }),
      );
      return readPage(page, 'signing-certificate', 'Certificates', certificates);
    },
    delete: (iam, CertificateId, options) =>
      iam.send(new DeleteSigningCertificateCommand({ CertificateId }), options),
  },
};

/** A credential in a list, before missing fields are refused. */
interface Member {
  readonly id: string | undefined;
  readonly created: Date | undefined;
  readonly status?: string | undefined;
}

/** @param element of the answer that holds the members; the SDK omits the list only if the answer does. */
function readPage(
  page: { IsTruncated?: boolean | undefined; Marker?: string | undefined },
  kind: IdentifiedKind,
  element: string,
  members: readonly Member[] | undefined,
): ListPage {
  const { operation } = ACCESS[kind];
  if (members === undefined) throw incomplete(operation, element);
  // Every answer says whether more follows; without it, the list may be incomplete.
  if (page.IsTruncated === undefined) throw incomplete(operation, 'IsTruncated');
  if (page.IsTruncated && page.Marker === undefined) throw incomplete(operation, 'Marker');
  const credentials = members.map(({ id, created, status }) => {
    if (id === undefined) throw incomplete(operation, 'the id of a credential');
    if (created === undefined) throw incomplete(operation, 'the date of a credential');
    return defined({ kind, id, created: formatTime(created), status });
  });
  return { credentials, requestId: requestIdOf(page), next: page.IsTruncated ? page.Marker : undefined };
}

function sendDeletion(iam: IamSession, { kind, id }: CredentialName, options: SendOptions): Promise<unknown> {
  if (kind === 'password') return iam.send(new DeleteLoginProfileCommand({}), options);
  return ACCESS[kind].delete(iam, id, options);
}
