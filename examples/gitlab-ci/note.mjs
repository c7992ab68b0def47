// Writes the one note of a merge request that says what the plan would do: the first time a new one, afterwards the
// same. Its environment: BODY is the file of the text, PLAN the name of the plan; CI_API_V4_URL, CI_PROJECT_ID and
// CI_MERGE_REQUEST_IID are those of GitLab CI, and ROOTSWEEP_NOTE_TOKEN is a project access token with the scope "api".
import { readFileSync } from 'node:fs';

const { BODY, PLAN, CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, ROOTSWEEP_NOTE_TOKEN } = process.env;
const notes = `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/merge_requests/${CI_MERGE_REQUEST_IID}/notes`;
// Nobody sees it. It says of which plan the comment is, also where the plan is refused and nothing of it is believed.
const mark = `<!-- rootsweep comment ${encodeURIComponent(PLAN)} -->`;
const body = `${mark}\n${readFileSync(BODY, 'utf8')}`;

async function call(method, url, value) {
  const response = await fetch(url, {
    method,
    headers: { 'private-token': ROOTSWEEP_NOTE_TOKEN, 'content-type': 'application/json' },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function find() {
  const me = await call('GET', `${CI_API_V4_URL}/user`);
  for (let page = 1; ; page += 1) {
    const found = await call('GET', `${notes}?per_page=100&page=${page}`);
    // Anybody can write such a mark: what somebody else wrote is left alone.
    const mine = found.find((it) => it.author.id === me.id && it.body.split(/\r?\n/)[0] === mark);
    if (mine !== undefined || found.length < 100) return mine;
  }
}

const mine = await find();
await (mine === undefined ? call('POST', notes, { body }) : call('PUT', `${notes}/${mine.id}`, { body }));
console.log('The plan is shown in a note of the merge request');
