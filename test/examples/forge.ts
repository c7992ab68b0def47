/** As much of the interfaces of GitHub and GitLab as the examples call, with what is written there. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Comment {
  readonly id: number;
  readonly author: string;
  body: string;
}

export interface Forge {
  readonly url: string;
  readonly comments: Comment[];
  /** The files of the branch, by name. */
  readonly files: Map<string, string>;
  /** What GitHub knows of a run, by its id. */
  readonly runs: Map<string, object>;
  /** `PATCH /path` of every call. */
  readonly calls: string[];
}

export const TOKEN = 'token-of-the-job';
const AUTHORS = ['github-actions[bot]', 'stranger'];

async function readJson(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}

/** @param comments that are there already, the first ones first. */
export async function openForge(
  t: TestContext,
  comments: readonly Omit<Comment, 'id'>[] = [],
): Promise<Forge> {
  const forge = {
    comments: comments.map((comment, index) => ({ ...comment, id: index + 1 })),
    files: new Map<string, string>(),
    runs: new Map<string, object>(),
    calls: [] as string[],
  };
  const write = (author: string, body: string) => {
    const comment = { id: forge.comments.length + 1, author, body };
    forge.comments.push(comment);
    return comment;
  };
  const show = ({ id, author, body }: Comment) => ({
    id,
    // Both put CR LF where somebody wrote in a browser.
    body: body.replaceAll('\n', '\r\n'),
    user: { login: author },
    author: { id: AUTHORS.indexOf(author) },
    html_url: `https://forge.example/comments/${id}`,
  });
  const answer = (method: string, { pathname, searchParams }: URL, sent: Record<string, string>): unknown => {
    const asked = `${method} ${pathname.replace('/repos/owner/repository', '').replace('/projects/7', '')}`;
    const [, id = ''] = /\/(?:comments|notes|runs)\/(\d+)$/.exec(asked) ?? [];
    switch (asked.replace(/\/\d+$/, '/ID').replace(/contents\/.+/, 'contents')) {
      case 'GET /user':
        return { id: 0 };
      case 'GET /issues/12/comments':
      case 'GET /merge_requests/12/notes': {
        const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
        return forge.comments.slice((page - 1) * size, page * size).map(show);
      }
      case 'POST /issues/12/comments':
      case 'POST /merge_requests/12/notes':
        return show(write('github-actions[bot]', sent.body ?? ''));
      case 'PATCH /issues/comments/ID':
      case 'PUT /merge_requests/12/notes/ID': {
        const comment = forge.comments.find((it) => it.id === Number(id));
        if (comment === undefined || comment.author === 'stranger') return undefined;
        comment.body = sent.body ?? '';
        return show(comment);
      }
      case 'GET /contents': {
        const name = decodeURIComponent(pathname.split('/contents/')[1] ?? '');
        const content = searchParams.get('ref') === 'change' ? forge.files.get(name) : undefined;
        return content && { sha: `sha of ${name}`, content: content.replace(/(.{60})/g, '$1\n') };
      }
      case 'PUT /contents': {
        const name = decodeURIComponent(pathname.split('/contents/')[1] ?? '');
        const sha = forge.files.has(name) ? `sha of ${name}` : undefined;
        if (sent.branch !== 'change' || sent.sha !== sha) return undefined;
        forge.files.set(name, sent.content ?? '');
        return {};
      }
      case 'GET /actions/runs/ID':
        return forge.runs.get(id);
      default:
        return undefined;
    }
  };
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    forge.calls.push(`${method} ${url}`);
    const mayCall = headers.authorization === `Bearer ${TOKEN}` || headers['private-token'] === TOKEN;
    const said = mayCall ? answer(method, new URL(url, 'http://forge'), await readJson(request)) : undefined;
    response.writeHead(said === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(said ?? { message: 'Not Found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { ...forge, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
