// Commits a file to the branch of a pull request, unless that is what the branch holds. Its environment:
// FILE is the file, named as it is in the repository, and BRANCH the branch; GITHUB_API_URL and GITHUB_REPOSITORY are
// those of GitHub Actions, and GH_TOKEN may write contents. A commit of that token starts no workflow.
import { readFileSync } from 'node:fs';

const { FILE, BRANCH, GITHUB_API_URL, GITHUB_REPOSITORY, GH_TOKEN } = process.env;
const path = FILE.split('/').map(encodeURIComponent).join('/');
const url = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/contents/${path}`;
const content = readFileSync(FILE).toString('base64');

async function call(method, target, value) {
  const response = await fetch(target, {
    method,
    headers: { authorization: `Bearer ${GH_TOKEN}`, accept: 'application/vnd.github+json' },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
  if (response.status === 404 && method === 'GET') return undefined;
  if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
  return response.json();
}

const there = await call('GET', `${url}?ref=${encodeURIComponent(BRANCH)}`);
// Larger files come without their content, and are written anew.
if (there?.content?.replaceAll('\n', '') === content) {
  console.log(`The branch holds this "${FILE}" already`);
} else {
  const message = 'Plan the removal of root credentials';
  const replaced = there === undefined ? {} : { sha: there.sha };
  await call('PUT', url, { message, content, branch: BRANCH, ...replaced });
  console.log(`"${FILE}" is committed`);
}
