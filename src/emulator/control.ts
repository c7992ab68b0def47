import type { Emulator } from './emulator.js';
import type { FaultRule } from './faults/rule.js';
import { describeInvalid } from './scenario/schema.js';
import type { SchemaPart } from './scenario/schema-parts.js';
import type { WorldChange } from './state/change.js';
import type { AccountChange } from './state/change-account.js';
import type { KmsKey } from './state/kms-key.js';
import type { HttpRequest, HttpResponse } from './wire/http.js';

export const CONTROL_PREFIX = '/_emulator/';

/**
 * Answers requests to the emulator itself, beside AWS's APIs: set faults, change accounts and policies, read the log.
 * There is no authentication, so requests are accepted from this machine only.
 */
export function answerControlRequest(
  emulator: Emulator,
  request: HttpRequest,
  remoteAddress: string,
): HttpResponse {
  if (!/^(?:127\.|::1$|::ffff:127\.)/.test(remoteAddress)) {
    return answer(403, { error: 'Control requests are answered on the loopback interface only' });
  }
  const path = request.path.slice(CONTROL_PREFIX.length - 1).split('?')[0] ?? '';
  const account = /^\/accounts\/(\d{12})$/.exec(path)?.[1];
  switch (account === undefined ? `${request.method} ${path}` : `${request.method} /accounts`) {
    case 'GET /calls':
      return answer(200, emulator.calls);
    case 'GET /state':
      return answer(200, describeState(emulator));
    case 'POST /reset-calls':
      emulator.resetCalls();
      return answer(200, {});
    case 'POST /faults':
      return withBody(request, 'faults', (rules) => emulator.setFaults(rules as readonly FaultRule[]));
    case 'POST /accounts':
      return withBody(request, 'accountChange', (change) =>
        emulator.changeAccount(account ?? '', change as AccountChange),
      );
    case 'POST /policies':
      return withBody(request, 'policyChange', (change) => changePolicies(emulator, change as PolicyChange));
    default:
      return answer(404, {
        error: `No control request "${request.method} ${request.path}"; there are GET calls, GET state, POST reset-calls, POST faults, POST accounts/<id>, POST policies`,
      });
  }
}

/** The same format as the corresponding faults. */
type PolicyChange = Exclude<WorldChange, { kind: 'change-account' }>;

function changePolicies(emulator: Emulator, change: PolicyChange): void {
  switch (change.kind) {
    case 'attach-policy':
      emulator.attachPolicy(change);
      return;
    case 'detach-policy':
      emulator.detachPolicy(change);
      return;
    default:
      change satisfies never;
  }
}

function describeState(emulator: Emulator): unknown {
  const { world } = emulator;
  return {
    organization: world.organization,
    features: [...world.features],
    trustedServices: Object.fromEntries(world.trustedServices),
    delegatedAdministrators: world.delegatedAdministrators,
    accounts: emulator.snapshot(),
    policies: Object.fromEntries(world.policies),
    kmsKeys: world.kmsKeys.map(describeKmsKey),
    resources: [...world.resources.values()].map(({ stale: _, ...resource }) => resource),
    faults: emulator.faults,
    history: emulator.history,
  };
}

/** Leaves out the private key, which the scenario contains or the seed determines. */
function describeKmsKey({ privateKey: _, usableBy, ...key }: KmsKey): unknown {
  return { ...key, usableBy: [...usableBy] };
}

/** Runs an action on a body that matches the schema; otherwise answers 400 with a sentence. */
function withBody(
  request: HttpRequest,
  definition: Exclude<SchemaPart, 'scenario'>,
  act: (body: unknown) => void,
): HttpResponse {
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    return answer(400, { error: 'The body is not JSON' });
  }
  const invalid = describeInvalid(definition, body);
  if (invalid !== undefined) return answer(400, { error: invalid });
  try {
    act(body);
  } catch (error) {
    if (error instanceof RangeError) return answer(400, { error: error.message });
    throw error;
  }
  return answer(200, {});
}

function answer(status: number, value: unknown): HttpResponse {
  const body = `${JSON.stringify(value, undefined, 2)}\n`;
  return { status, headers: { 'content-type': 'application/json', date: new Date().toUTCString() }, body };
}
