import { timingSafeEqual } from 'node:crypto';
import { AwsError } from './aws-error.js';
import type { Service } from './operations/service.js';
import type { Principal } from './state/principal.js';
import { sessionSecrets } from './state/session.js';
import type { World } from './state/world.js';
import type { HttpRequest } from './wire/http.js';
import { type Authorization, verifySignature } from './wire/signature.js';

/**
 * Finds the principal that signed a request. Throws InvalidClientTokenId for an unknown key or a session token that
 * does not belong to it, then ExpiredToken, then SignatureDoesNotMatch. The order is AWS's: key and token are needed to
 * find the secret.
 */
export function authenticate(
  world: World,
  request: HttpRequest,
  authorization: Authorization,
  { clockTolerance, signing }: Service,
  now: Date,
): Principal {
  const { accessKeyId } = authorization;
  const principal: Principal | undefined = world.sessions.get(accessKeyId) ?? world.callers.get(accessKeyId);
  if (principal === undefined) throw invalidToken();
  const { secretAccessKey, sessionToken } =
    principal.kind === 'session' ? sessionSecrets(world.seed, accessKeyId) : principal;
  if (!sameText(sessionToken ?? '', request.headers['x-amz-security-token'] ?? '')) throw invalidToken();
  if (principal.kind === 'session' && principal.expires <= now) throw expiredToken();
  verifySignature(request, authorization, secretAccessKey, { now, clockTolerance }, signing);
  return principal;
}

function invalidToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid');
}

export function expiredToken(): AwsError {
  return new AwsError('ExpiredToken', 403, 'The security token included in the request is expired');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
