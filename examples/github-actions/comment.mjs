// Writes the one comment of a pull request that says what the plan would do: the first time a new one, afterwards the
// same. Its environment: BODY is the file of the text, PLAN the name of the plan, PULL_REQUEST the number; GITHUB_API_URL
// and GITHUB_REPOSITORY are those of GitHub Actions, and GH_TOKEN may write to pull requests.
import { readFileSync } from 'node:fs';

const { BODY, PLAN, PULL_REQUEST, GITHUB_API_URL, GITHUB_REPOSITORY, GH_TOKEN } = process.env;
const comments = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues`;
// Nobody sees it. It says of which plan the comment is, also where the plan is refused and nothing of it is believed.
const mark = `<!-- rootsweep comment ${encodeURIComponent(PLAN)} -->`;
const body = `${mark}\n${readFileSync(BODY, 'utf8')}`;

async function call(method, url, value) {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${GH_TOKEN}`, accept: 'application/vnd.github+json' },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function find() {
  for (let page = 1; ; page += 1) {
    const found = await call('GET', `${comments}/${PULL_REQUEST}/comments?per_page=100&page=${page}`);
    // Anybody can write such a mark: what somebody else wrote is left alone.
    const mine = found.find(
      (it) => it.user?.login === 'github-actions[bot]' && it.body.split(/\r?\n/)[0] === mark,
    );
    if (mine !== undefined || found.length < 100) return mine;
  }
}

const mine = await find();
const written =
  mine === undefined
    ? await call('POST', `${comments}/${PULL_REQUEST}/comments`, { body })
    : await call('PATCH', `${comments}/comments/${mine.id}`, { body });
console.log(`The plan is shown in ${written.html_url}`);
