import type { DocumentStatement, IamPolicyDocument } from '../policy/document.js';
import { BASE32, deriveBytes, deriveText } from '../random.js';
import type { CallerIdentity } from '../state/principal.js';
import type { CallerSpec, Scenario } from './scenario.js';

/** The callers of a scenario, by access key id. */
export function resolveCallers(
  scenario: Scenario,
  managementAccount: string,
  seed: number,
): Map<string, CallerIdentity> {
  const specs: NonNullable<Scenario['callers']> = scenario.callers ?? { operator: {} };
  const callers = Object.entries(specs).map(([name, spec]) =>
    resolveCaller(name, spec ?? {}, managementAccount, seed),
  );
  return new Map(callers.map((caller) => [caller.accessKeyId, caller]));
}

function resolveCaller(
  name: string,
  spec: CallerSpec,
  managementAccount: string,
  seed: number,
): CallerIdentity {
  const account = spec.account ?? managementAccount;
  const label = `caller ${name}`;
  const arn = spec.arn ?? `arn:aws:iam::${account}:user/${name}`;
  return {
    kind: 'caller',
    name,
    account,
    arn,
    userId: userId(arn, account, deriveText(seed, `${label} user id`, 17, BASE32)),
    accessKeyId:
      spec.accessKeyId ??
      `${spec.sessionToken === undefined ? 'AKIA' : 'ASIA'}${deriveText(seed, label, 16, BASE32)}`,
    secretAccessKey:
      spec.secretAccessKey ?? deriveBytes(seed, `${label} secret`).toString('base64').slice(0, 40),
    sessionToken: spec.sessionToken,
    sourceIdentity: spec.sourceIdentity,
    policy: spec.policy ?? policyOf(spec),
  };
}

/** AWS user ids: the account id for root, `AROA…:session` for a role session, `AIDA…` for an IAM user. */
function userId(arn: string, account: string, made: string): string {
  if (arn.endsWith(':root')) return account;
  const session = /:assumed-role\/[^/]+\/(.+)$/.exec(arn)?.[1];
  return session === undefined ? `AIDA${made}` : `AROA${made}:${session}`;
}

function policyOf({ allow = ['*'], deny = [] }: CallerSpec): IamPolicyDocument {
  const statements: DocumentStatement[] = [];
  if (allow.length > 0) statements.push({ Effect: 'Allow', Action: allow, Resource: '*' });
  if (deny.length > 0) statements.push({ Effect: 'Deny', Action: deny, Resource: '*' });
  return { Version: '2012-10-17', Statement: statements };
}
