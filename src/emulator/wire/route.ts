import { AwsError } from '../aws-error.js';
import type { Operation } from '../operations/operation.js';
import {
  findService,
  findServiceByTarget,
  type RestApi,
  SERVICES,
  type Service,
} from '../operations/service.js';
import type { HttpRequest } from './http.js';
import { findBinding } from './http-binding.js';
import { parseJsonBody } from './json.js';
import { parseForm } from './query.js';

/** The parsed target of a request, before any checks. */
export interface Route {
  readonly service: Service;
  /** As the client spells it. Differs from `service` if the emulator does not have the service. */
  readonly serviceName: string;
  /** As the client spells it; empty if missing. */
  readonly operation: string;
  /** Undefined if the emulator does not support the operation. */
  readonly definition: Operation | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The region of the endpoint, from the request's host. */
  readonly endpointRegion?: string;
  /** Why the parameters cannot be parsed; reported only after the signature is verified. */
  readonly malformed?: AwsError;
}

/**
 * Finds service and operation. One port serves all services, so the credential scope names the service (AWS uses the
 * host). The API version or target must match that service; REST services find the operation by method and path.
 */
export function route(request: HttpRequest, scopeService: string | undefined): Route {
  const service = scopeService === undefined ? undefined : findService(scopeService);
  if (scopeService !== undefined && service === undefined) return routeNowhere(request, scopeService);
  if (service?.api.kind === 'rest') return routeRest(request, service, service.api);
  const target = request.headers['x-amz-target'];
  return target === undefined ? routeQuery(request, service) : routeJson(request, target, service);
}

function routeQuery(request: HttpRequest, scoped: Service | undefined): Route {
  const form = request.method === 'GET' ? (request.path.split('?')[1] ?? '') : request.body;
  const { Action = '', Version = '', ...parameters } = parseForm(form);
  const service = scoped ?? serviceOfVersion(Version);
  const known = service.api.kind === 'query' && service.api.version === Version;
  const definition = known ? find(service, Action) : undefined;
  return { service, serviceName: service.name, operation: Action, definition, parameters };
}

function routeJson(request: HttpRequest, target: string, scoped: Service | undefined): Route {
  const dot = target.indexOf('.');
  const [prefix, operation] = [target.slice(0, dot), target.slice(dot + 1)];
  const service = scoped ?? findServiceByTarget(prefix) ?? SERVICES.organizations;
  const known = service.api.kind === 'json' && service.api.target === prefix;
  const definition = known ? find(service, operation) : undefined;
  const routed = { service, serviceName: service.name, operation, definition };
  try {
    return { ...routed, parameters: parseJsonBody(request.body) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ...routed, parameters: {}, malformed: error };
  }
}

function routeRest(request: HttpRequest, service: Service, { bindings, readHost }: RestApi): Route {
  const { label, region } = readHost(request.headers.host ?? '');
  const path = label === undefined ? request.path : `/${label}${request.path}`;
  const bound = findBinding(bindings, { ...request, path });
  return {
    service,
    serviceName: service.name,
    operation: bound?.operation ?? `${request.method} ${request.path}`,
    definition: bound && find(service, bound.operation),
    parameters: bound?.parameters ?? {},
    ...(region !== undefined && { endpointRegion: region }),
  };
}

/** Routes a request to an unsupported service, so that it is answered in the wire format that the request suggests. */
function routeNowhere({ method, path, headers, body }: HttpRequest, serviceName: string): Route {
  const target = headers['x-amz-target'];
  const service = target === undefined ? SERVICES.iam : SERVICES.organizations;
  const operation = target?.split('.').at(-1) ?? parseForm(body).Action ?? `${method} ${path}`;
  return { service, serviceName, operation, definition: undefined, parameters: {} };
}

function serviceOfVersion(version: string): Service {
  return SERVICES.sts.api.kind === 'query' && SERVICES.sts.api.version === version
    ? SERVICES.sts
    : SERVICES.iam;
}

function find(service: Service, operation: string): Operation | undefined {
  return Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
}

/** The error for an operation that does not exist or that the emulator does not support. */
export function unknownOperation({ service, serviceName, operation }: Route): AwsError {
  if (serviceName !== service.name) {
    return new AwsError('NotImplemented', 501, `The emulator does not have the service "${serviceName}"`);
  }
  const { api } = service;
  switch (api.kind) {
    case 'json':
      return new AwsError('UnknownOperationException', 400, '');
    case 'rest':
      return new AwsError('NotImplemented', 501, `The emulator does not have the operation "${operation}"`);
    case 'query':
      return operation === ''
        ? new AwsError('MissingAction', 400, 'The request is missing an action or a required parameter.')
        : new AwsError(
            'InvalidAction',
            400,
            `Could not find operation ${operation} for version ${api.version}`,
          );
  }
}
