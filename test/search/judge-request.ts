/** Whether a deletion may be asked for: judged when the request leaves, whatever will come of it. */
import { credentialOf, sentBy } from './journal-records.js';
import type { PlannedAccount } from './planned-state.js';
import { type Session, unseenBy } from './sessions.js';
import type { JsonRecord } from './simulated-process.js';
import { Violation } from './violation.js';

export interface Request {
  readonly session: Session;
  readonly credential: string;
  /** What the session had seen when it asked (`sightOf`). */
  readonly seen: ReadonlyMap<string, string>;
}

/** What was known when it left. */
export interface Circumstances {
  readonly managementAccount: string;
  readonly planned: PlannedAccount | undefined;
  /** The facts of the account as the process last read them. */
  readonly facts: string | undefined;
  /** On the disk for good. */
  readonly records: readonly JsonRecord[];
  /** How often the session has asked for it, this time included. */
  readonly times: number;
}

export function judgeRequest(
  { session, credential, seen }: Request,
  { managementAccount, planned, facts, records, times }: Circumstances,
): Violation[] {
  const violations: Violation[] = [];
  const { account, accessKeyId } = session;
  const violate = (promise: number, sentence: string) =>
    violations.push(
      new Violation(promise, `the deletion of ${account} ${credential} is asked for ${sentence}`),
    );

  const intents = records.filter(
    (it) =>
      it.type === 'action-intended' &&
      it.account === account &&
      it.session === accessKeyId &&
      credentialOf(it) === credential,
  );
  if (intents.length < times) violate(7, `${times} times, with ${intents.length} intents on the disk`);
  if (account === managementAccount) violate(5, 'in the management account');
  if (planned?.decision !== 'delete') {
    violate(1, `although the plan says "${planned?.decision}"`);
    return violations;
  }
  if (!planned.actions.includes(credential)) violate(1, 'although it is not planned');
  if (facts === undefined) violate(3, 'although nobody read the account again');
  else if (facts !== planned.facts) violate(3, 'although the account has changed');

  const unseen = unseenBy(session);
  if (unseen.length > 0) violate(3, `and its session has not listed ${unseen} since it last asked`);
  // What changes after the last look nobody can see; what the look showed must be what the plan shows.
  if (!seen.has(credential)) violate(3, 'although the last look did not show it');
  for (const [name, description] of seen) {
    if (planned.observed.get(name) !== description) violate(3, `although ${name} is not as planned`);
  }
  const sent = sentBy(records, account);
  for (const name of planned.observed.keys()) {
    if (!seen.has(name) && !sent.has(name))
      violate(3, `although ${name} is missing and no run of the plan deleted it`);
  }
  if (credential.startsWith('mfa-device') && seen.has('password')) violate(6, 'and the password remains');
  return violations;
}

/** The credential that a request deletes, `kind id`: AWS's query protocol names the operation in the body. */
export function deletionIn(body: string): string | undefined {
  const parameters = new URLSearchParams(body);
  switch (parameters.get('Action')) {
    case 'DeleteLoginProfile':
      return 'password';
    case 'DeactivateMFADevice':
      return `mfa-device ${parameters.get('SerialNumber')}`;
    case 'DeleteAccessKey':
      return `access-key ${parameters.get('AccessKeyId')}`;
    case 'DeleteSigningCertificate':
      return `signing-certificate ${parameters.get('CertificateId')}`;
    default:
      return undefined;
  }
}
