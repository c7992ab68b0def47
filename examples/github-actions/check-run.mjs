// Refuses a run whose artifacts must not be used: any but one of this very workflow file, in the main branch of this
// repository, started by a push or by hand. Its environment: RUN is the id of the run; GITHUB_API_URL, GITHUB_REPOSITORY,
// GITHUB_WORKFLOW_REF and GITHUB_REF_NAME are those of GitHub Actions, and GH_TOKEN may read actions. It runs in a
// checkout with the history of the main branch.
import { spawnSync } from 'node:child_process';

const { RUN, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_WORKFLOW_REF, GITHUB_REF_NAME, GH_TOKEN } =
  process.env;

function refuse(why) {
  console.error(`Run ${RUN} was refused, and nothing of it is used: ${why}`);
  process.exit(4);
}

if (!/^\d+$/.test(RUN)) refuse('the id of a run is a number');
const url = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/actions/runs/${RUN}`;
const response = await fetch(url, {
  headers: { authorization: `Bearer ${GH_TOKEN}`, accept: 'application/vnd.github+json' },
});
if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
const run = await response.json();

// OWNER/REPOSITORY/.github/workflows/FILE@refs/heads/main
const file = GITHUB_WORKFLOW_REF.slice(GITHUB_REPOSITORY.length + 1).split('@')[0];
if (run.path?.split('@')[0] !== file) refuse(`it is of "${run.path}", not of "${file}"`);
for (const { full_name: name } of [run.repository, run.head_repository]) {
  if (name !== GITHUB_REPOSITORY) refuse(`it is of "${name}", not of "${GITHUB_REPOSITORY}"`);
}
if (!['push', 'workflow_dispatch'].includes(run.event)) refuse(`it was started by "${run.event}"`);
if (run.head_branch !== GITHUB_REF_NAME) refuse(`it is of "${run.head_branch}", not of "${GITHUB_REF_NAME}"`);
// A tag can have the name of the branch.
const { status } = spawnSync('git', ['merge-base', '--is-ancestor', String(run.head_sha), 'HEAD']);
if (status !== 0) refuse(`its commit "${run.head_sha}" is not in "${GITHUB_REF_NAME}"`);
console.log(`Run ${RUN} is of ${file} in ${GITHUB_REF_NAME}`);
