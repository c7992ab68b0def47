import type { RequestContext } from '../../policy/condition.js';
import { type KmsKey, keyArn } from '../../state/kms-key.js';
import { authorize } from '../authorize.js';
import type { Call } from '../operation.js';
import { foreignKey } from './key-id.js';

/**
 * Throws AccessDeniedException unless the caller's policies and the key's allow the call. The key's policy is the one
 * that KMS gives new keys: it leaves the decision to the policies of the account, here also to those of `usableBy`.
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
