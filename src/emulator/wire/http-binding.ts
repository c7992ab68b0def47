import type { HttpRequest } from './http.js';

/** The HTTP binding of a REST operation, from the service's model. */
export interface HttpBinding {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Path template; a segment in braces is a parameter: `/{Bucket}`. */
  readonly path: string;
  /** The query parameter without a value that distinguishes operations with the same path. */
  readonly subresource?: string;
  /** Operation parameter → query parameter. */
  readonly query?: Readonly<Record<string, string>>;
  /** Operation parameter → lower-case header. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The parameter sent as the request body. */
  readonly requestBody?: string;
  /** The output member that is the response body, or the name of the XML element that wraps the output. */
  readonly responseBody?: { readonly member: string } | { readonly element: string };
}

export interface Bound {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the operation of a request; undefined if none matches. */
export function findBinding(
  bindings: Readonly<Record<string, HttpBinding>>,
  request: HttpRequest,
): Bound | undefined {
  const [path = '', query = ''] = request.path.split('?');
  const asked = new URLSearchParams(query);
  for (const [operation, binding] of Object.entries(bindings)) {
    const labels = matchPath(binding.path, path);
    if (request.method !== binding.method || labels === undefined || !matchesQuery(binding, asked)) continue;
    return { operation, parameters: { ...labels, ...readParameters(binding, asked, request) } };
  }
  return undefined;
}

/** Returns the parameters of a path that matches the template. A trailing slash is ignored. */
function matchPath(template: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [template, path].map((text) => text.replace(/^\/|\/$/g, '').split('/')) as [
    string[],
    string[],
  ];
  if (wanted.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    const label = /^\{(.+)\}$/.exec(segment)?.[1];
    if (label === undefined ? segment !== value : value === '') return undefined;
    if (label !== undefined) labels[label] = decode(value);
  }
  return labels;
}

/** An unknown query parameter means another operation. SDKs add `x-id`, an operation name for logs. */
function matchesQuery({ subresource, query = {} }: HttpBinding, asked: URLSearchParams): boolean {
  const known = new Set([...Object.values(query), 'x-id']);
  if (subresource !== undefined) known.add(subresource);
  if (subresource !== undefined && !asked.has(subresource)) return false;
  return [...asked.keys()].every((name) => known.has(name));
}

function readParameters(
  { query = {}, headers = {}, requestBody }: HttpBinding,
  asked: URLSearchParams,
  request: HttpRequest,
): Record<string, string> {
  const parameters = [
    ...Object.entries(query).map(([name, key]) => [name, asked.get(key)] as const),
    ...Object.entries(headers).map(([name, header]) => [name, request.headers[header]] as const),
    ...(requestBody === undefined ? [] : [[requestBody, request.body] as const]),
  ];
  return Object.fromEntries(parameters.filter((entry): entry is [string, string] => entry[1] != null));
}

/** Malformed escapes stay as they are and match nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
