import type { RequestContext } from '../../policy/condition.js';
import { type KmsKey, keyArn } from '../../state/kms-key.js';
import { authorize } from '../authorize.js';
import type { Call } from '../operation.js';
import { foreignKey } from './key-id.js';

/**
 * Throws AccessDeniedException unless the policies of caller and key allow the call. The key has the default key policy
 * of KMS, which leaves the decision to the account's identity policies, here also to those of `usableBy`.
 */
export function authorizeKms(
  call: Call,
  operation: string,
  key: KmsKey,
  requested: string,
  extra: RequestContext = {},
): void {
  const { principal, region } = call;
  const alias = /(?:^|:)(alias\/.+)$/.exec(requested)?.[1];
  authorize(call, `kms:${operation}`, keyArn(region, key), {
    'kms:calleraccount': principal.account,
    'kms:keyorigin': 'AWS_KMS',
    'kms:keyspec': key.spec,
    'kms:keyusage': key.usage,
    'kms:multiregion': String(key.id.startsWith('mrk-')),
    ...(alias !== undefined && { 'kms:requestalias': alias }),
    ...extra,
  });
  if (key.account !== principal.account && !key.usableBy.has(principal.account)) {
    throw foreignKey(call, operation);
  }
}
