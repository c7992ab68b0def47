import { AwsError } from '../../aws-error.js';
import { findKmsKey, type KmsKey, kmsArn } from '../../state/kms-key.js';
import { accessDenied } from '../authorize.js';
import { requiredText } from '../fields.js';
import type { Call } from '../operation.js';

/** KMS's service model accepts any text; `findKey` interprets it. */
export const keyId = requiredText({ min: 1, max: 2048 });

const ARN = /^arn:aws:kms:([^:]*):(\d{12}):(key\/.+|alias\/.+)$/;
const ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/** The account in an ARN; undefined for an id or alias, which belong to the caller's account. */
export function accountOfKey(id: string): string | undefined {
  return ARN.exec(id)?.[2];
}

/**
 * Finds a key by id, alias or the ARN of either. Throws NotFoundException with texts captured from AWS, including the
 * one for another region. KMS does not reveal whether another account has a key.
 */
export function findKey(call: Call, operation: string, id: string): KmsKey {
  const { account, name } = parseKeyId(call, id);
  const key = findKmsKey(call.world, account, name);
  if (key !== undefined) return key;
  if (account !== call.principal.account) throw foreignKey(call, operation);
  throw notFound(
    name.startsWith('alias/')
      ? `Alias ${kmsArn(call.region, account, name)} is not found.`
      : `Key '${kmsArn(call.region, account, `key/${name}`)}' does not exist`,
  );
}

/** The error for a key of another account that the caller may not use or that does not exist. */
export function foreignKey({ principal }: Call, operation: string): AwsError {
  return accessDenied(
    `User: ${principal.arn} is not authorized to perform: kms:${operation} on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  );
}

function parseKeyId({ principal, region }: Call, id: string): { account: string; name: string } {
  if (!id.startsWith('arn:')) {
    if (!id.startsWith('alias/') && !ID.test(id)) throw notFound(`Invalid keyId '${id}'`);
    return { account: principal.account, name: id };
  }
  const [, arnRegion, account, resource] = ARN.exec(id) ?? [];
  if (account === undefined || resource === undefined) {
    // The code is in the service model; its text is unknown.
    throw new AwsError('InvalidArnException', 400, `Invalid arn ${id}`);
  }
  if (arnRegion !== region) throw notFound(`Invalid arn ${arnRegion}`);
  return { account, name: resource.replace(/^key\//, '') };
}

function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', 400, message);
}
