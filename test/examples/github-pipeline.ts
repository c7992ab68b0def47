/** Runs examples/github-actions step by step as the files say, against the emulator and what GitHub answers. */
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'yaml';
import { createPlanned, ORGANIZATION, type Planned, SCENARIO } from '../cli/planned.js';
import { runGit } from '../cli/repository.js';
import { type Comment, type Forge, openForge, TOKEN } from './forge.js';
import { EXAMPLES, installPrograms, type Ran, runSteps, type Step, type Values } from './runner.js';

const FOLDER = join(EXAMPLES, 'github-actions');
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
const parseAction = (name: string) => parse(readFileSync(join(FOLDER, name), 'utf8')) as Action;
const ACTION = parseAction('action.yml');
const WITNESS = parseAction('witness/action.yml');
const APPLY = parse(readFileSync(join(FOLDER, 'apply.yml'), 'utf8')) as {
  readonly jobs: { readonly apply: { readonly steps: readonly Step[]; readonly env: Values } };
};

export const MARK = '<!-- rootsweep comment org.plan.yaml -->';
/** That of `show`. */
export const SHOWN = `<!-- rootsweep plan ${ORGANIZATION} -->`;
/** A trust file that also demands a signature of somebody else. */
export const trustWith = (threshold: string) => `version: 1
threshold: ${threshold}
keys:KEYS  - name: ada
    publicKey: APPROVER
    roles: [approver]
  - name: second look
    publicKey: WITNESS
    roles: [witness]
`;
export const APPROVED = trustWith('{ planner: 1, approver: 1 }');
export const WITNESSED = trustWith('{ planner: 1, witness: 1 }');
export const TRUST = ['--trust', 'trust.yaml'];
export const ROLE = 'arn:aws:iam::111111111111:role/planner';

export interface Pipeline
  extends Pick<Planned, 'emulator' | 'folder' | 'run' | 'write' | 'read' | 'deletions'> {
  readonly forge: Forge;
  /** The folder of the runner. */
  readonly temp: string;
  /** Runs the action, as a pull request does. */
  readonly plan: (inputs?: Values, base?: string, env?: Values) => Promise<Ran>;
  /** Runs the action of the witness, on the artifact of the last plan. */
  readonly witness: (inputs?: Values) => Promise<Ran>;
  /** Commits policy, plan and approvals in the main branch. */
  readonly merge: (...more: readonly string[]) => Promise<void>;
  /** Runs the job of apply.yml. */
  readonly apply: (context?: Values) => Promise<Ran>;
  readonly verify: () => Promise<number>;
  /** The key whose signature `APPROVED` demands. */
  readonly approver: string;
}

export async function openPipeline(
  t: TestContext,
  {
    scenario = SCENARIO,
    policy = 'version: 1\n',
    trust,
    comments = [],
    credentials = true,
  }: {
    readonly scenario?: string;
    readonly policy?: string;
    readonly trust?: string;
    readonly comments?: readonly Omit<Comment, 'id'>[];
    readonly credentials?: boolean;
  } = {},
): Promise<Pipeline> {
  const planned = await createPlanned(t, { scenario, policy });
  const { folder, server, emulator, setAwsTime, ...harness } = planned;
  const forge = await openForge(t, comments);
  const programs = installPrograms(folder);
  const temp = join(folder, '.temp');
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const env: Values = {
    PATH: `${programs}:${process.env.PATH}`,
    HOME: folder,
    ROOTSWEEP_KEY: 'key.pem',
    GITHUB_ACTION_PATH: FOLDER,
    GITHUB_API_URL: forge.url,
    GITHUB_REPOSITORY: 'owner/repository',
    GITHUB_WORKFLOW_REF: 'owner/repository/.github/workflows/rootsweep-apply.yaml@refs/heads/main',
    GITHUB_REF_NAME: 'main',
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'us-east-1',
    ...(credentials ? { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } : {}),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  if (trust !== undefined) {
    const makeKey = async (name: string) => {
      const { stdout } = await harness.run(['keygen', '--out', `${name}.pem`, '--name', name, '--json']);
      return (JSON.parse(stdout) as { readonly publicKey: string }).publicKey;
    };
    const [, keys = ''] = (await harness.read('trust.yaml')).split('keys:');
    const filled = trust
      .replace('KEYS', keys)
      .replace('APPROVER', await makeKey('ada'))
      .replace('WITNESS', await makeKey('witness'));
    await harness.write('trust.yaml', filled);
  }
  // Processes of their own have the true time, and so must their AWS.
  setAwsTime(() => new Date());
  const settings = { cwd: folder, env };
  const run = async (action: Action, inputs: Values, base: string, more: Values = {}) => {
    const given = {
      ...Object.fromEntries(Object.entries(action.inputs).map(([name, it]) => [name, it.default ?? ''])),
      role: ROLE,
      region: 'us-east-1',
      folder: '.',
      trust: await harness.read('trust.yaml'),
      ...inputs,
    };
    return runSteps(
      action.runs.steps,
      {
        ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`inputs.${name}`, value])),
        'runner.temp': temp,
        'github.token': TOKEN,
        'github.base_ref': base,
        'github.head_ref': 'change',
        'github.event.pull_request.number': '12',
        'github.event.pull_request.head.sha': 'head',
      },
      { ...settings, env: { ...env, ...more } },
    );
  };
  return {
    ...harness,
    forge,
    temp,
    folder,
    emulator,
    approver: 'ada.pem',
    verify: async () => (await harness.verify({ now: new Date().toISOString() })).code,
    plan: (inputs = {}, base = 'main', more = {}) => run(ACTION, inputs, base, more),
    witness: (inputs = {}) => {
      // What the artifact's download does.
      symlinkSync(join(temp, 'rootsweep/plan'), join(temp, 'rootsweep-plan'));
      const more = { GITHUB_ACTION_PATH: join(FOLDER, 'witness'), ROOTSWEEP_KEY: 'witness.pem' };
      return run(WITNESS, inputs, 'main', more);
    },
    merge: async (...more) => {
      await runGit(folder, 'init', '--quiet', '--initial-branch=main');
      const approvals = readdirSync(folder).filter((name) => name.endsWith('.approval.yaml'));
      await runGit(folder, 'add', 'policy.yaml', 'org.plan.yaml', ...approvals, ...more);
      await runGit(folder, 'commit', '--quiet', '--message=Plan');
      await runGit(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    },
    apply: async (more = {}) => {
      const { steps, env: ofJob } = APPLY.jobs.apply;
      const context: Values = {
        'runner.temp': temp,
        'github.token': TOKEN,
        'vars.ROOTSWEEP_TRUST_FILE': await harness.read('trust.yaml'),
        'vars.ROOTSWEEP_ORGANIZATION': ORGANIZATION,
        'vars.ROOTSWEEP_OPERATOR_KEY': 'key.pem',
        ...more,
      };
      const given = Object.entries(ofJob).map(([name, value]) => [
        name,
        value.replace(/\$\{\{ (.+) \}\}/, (_, path: string) => context[path] ?? ''),
      ]);
      // Where npm has installed it.
      return runSteps(
        steps.filter(({ run }) => run !== 'npm ci --ignore-scripts'),
        context,
        { cwd: folder, env: { ...env, ...Object.fromEntries(given) } },
      );
    },
  };
}

/** What the workflow commented. */
export const ofUs = ({ comments }: Forge) =>
  comments.filter(({ author }) => author === 'github-actions[bot]');
