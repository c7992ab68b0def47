import type { HttpRequest } from './http.js';

/** Where one operation of a REST service stands in HTTP, from the service's model. */
export interface HttpBinding {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Segments; one in braces is the parameter of that name: `/{Bucket}`. */
  readonly path: string;
  /** The query parameter without a value that tells operations on one path apart. */
  readonly subresource?: string;
  /** Parameter of the operation → parameter of the query string. */
  readonly query?: Readonly<Record<string, string>>;
  /** Parameter of the operation → header, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The parameter that is the body of the request. */
  readonly requestBody?: string;
  /** The member of the output that is the body of the answer; otherwise the output is the element of this name. */
  readonly responseBody?: { readonly member: string } | { readonly element: string };
}

export interface Bound {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Which operation a request is for; undefined if it is none of these. */
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

/** The parameters in a path that fits the template. A slash at the end makes no difference. */
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

/** Whatever else stands in the query string makes it another operation; `x-id` is the name that SDKs add for logs. */
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

/** Malformed escapes stay as they are, and then name nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
