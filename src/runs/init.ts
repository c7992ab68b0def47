/** `init`: a policy that fits the organization, a signing key, a trust file and a CI workflow: all of it, or nothing. */
import { join, sep } from 'node:path';
import { findRegion } from '../aws/required-settings.js';
import { commandLine } from '../core/base/command-line.js';
import { quoteVisibly } from '../core/base/text.js';
import { draftPolicy } from '../core/cli/policy-draft.js';
import {
  draftGitAttributes,
  draftTrust,
  GIT_ATTRIBUTES,
  hasGitAttributes,
} from '../core/cli/starter-files.js';
import { RootsweepError } from '../errors.js';
import { findRepository } from '../files/io/git.js';
import { readGithubWorkflow } from '../files/io/github-workflow.js';
import { findExisting, type NewFile, writeNewFiles } from '../files/io/new-files.js';
import { exists, readFileText } from '../files/io/text-file.js';
import { configFolder } from '../files/keys/config-folder.js';
import { parsePolicy } from '../files/policy/policy.js';
import { generateKey } from '../signing/ed25519.js';
import { lookForPolicy } from '../workflows/init.js';
import type { AwsHost } from './host.js';
import { checkKeyName } from './key-options.js';

const POLICY = 'policy.yaml';
const ATTRIBUTES = '.gitattributes';
const WORKFLOW = join('.github', 'workflows', 'rootsweep.yaml');
const ATTRIBUTES_LIMITS = { what: 'file of attributes', maxBytes: 2 ** 20 } as const;

export interface InitFlags {
  /** Of the key in the trust file. */
  readonly name: string;
  readonly keepKey: boolean;
  readonly alone: boolean;
}

export async function runInit(flags: InitFlags, host: AwsHost): Promise<number> {
  const { clock, stop } = host.context;
  const config = await findConfigFolder(host);
  const policyPath = host.resolvePath(POLICY);
  const workflowPath = host.resolvePath(WORKFLOW);
  const attributes = await draftAttributes(host);
  await requireFree([policyPath, workflowPath, ...(flags.keepKey ? [] : config)]);
  const keys = flags.keepKey ? [] : makeKey(config, flags);

  const region = await findRegion(host.awsSettings);
  host.progress.begin('listing');
  return host.useAws(async (aws) => {
    const source = await lookForPolicy(aws.reader, aws.prerequisites, clock.now(), stop);
    host.progress.end();
    const policy = draftPolicy(source);
    // What is written must be what `plan` takes.
    parsePolicy(policy, POLICY);
    const files: NewFile[] = [
      ...keys,
      ...attributes,
      { path: workflowPath, content: await readGithubWorkflow(region), mode: 0o644 },
      // Last: whoever finds a policy finds the rest.
      { path: policyPath, content: policy, mode: 0o644 },
    ];
    await writeNewFiles(files);
    const { organization, accounts } = source;
    const written = files.map(({ path }) => path);
    const made = { organization: organization.id, accounts: accounts.length, files: written };
    if (host.json) host.printJson('initialized', made);
    else describeFiles(made, flags, host);
    return 0;
  });
}

function describeFiles(
  made: { readonly organization: string; readonly accounts: number; readonly files: readonly string[] },
  { keepKey, alone }: InitFlags,
  host: AwsHost,
): void {
  const { organization, accounts, files } = made;
  const below = host.context.cwd + sep;
  host.print([
    [`A first policy for organization ${organization}, of ${accounts} accounts. Written:`],
    ...files.map((path) => ['  ', path.startsWith(below) ? path.slice(below.length) : path]),
  ]);
  host.tell([
    [],
    ['The policy says in comments what else it can say; read it.'],
    ...(keepKey || alone
      ? []
      : [
          ['A plan needs the signature of a reviewer too. To add their public key, run:'],
          ['  rootsweep trust add --from KEY.pub --name NAME --role approver'],
        ]),
    ['Next: run: rootsweep plan --policy policy.yaml --out org.plan.yaml'],
  ]);
}

/** The places of key and trust file, which must not be where a pull request can change them. */
async function findConfigFolder({
  context,
  resolvePath,
}: AwsHost): Promise<readonly [key: string, trust: string]> {
  const folder = configFolder(context);
  const repository = await findRepository(resolvePath(POLICY), context.env);
  if (repository !== undefined && `${folder}${sep}`.startsWith(`${repository.folder}${sep}`)) {
    throw new RootsweepError(
      'USAGE',
      `the configuration folder "${folder}" is in the repository "${repository.folder}"`,
      { hint: 'a signing key must not be; set XDG_CONFIG_HOME to a folder elsewhere' },
    );
  }
  return [join(folder, 'signing-key.pem'), join(folder, 'trust.yaml')];
}

async function requireFree(paths: readonly string[]): Promise<void> {
  const taken = await findExisting(paths);
  if (taken.length === 0) return;
  const onlyKeys = taken.every((path) => /(?:signing-key\.pem|trust\.yaml)$/.test(path));
  throw new RootsweepError(
    'FILE_EXISTS',
    `init overwrites nothing, and there ${taken.length === 1 ? 'is' : 'are'} ${taken.map((path) => `"${path}"`).join(', ')}`,
    {
      hint: onlyKeys
        ? 'to go on with the key and the trust file that are there, run: rootsweep init --keep-key'
        : 'move away what is no longer needed, or go on with: rootsweep plan --policy policy.yaml --out org.plan.yaml',
    },
  );
}

/** The attributes that plans need; nothing where they are there already. */
async function draftAttributes({ resolvePath }: AwsHost): Promise<readonly NewFile[]> {
  const path = resolvePath(ATTRIBUTES);
  if (!(await exists(path))) return [{ path, content: draftGitAttributes(), mode: 0o644 }];
  if (hasGitAttributes(await readFileText(path, ATTRIBUTES_LIMITS))) return [];
  throw new RootsweepError('FILE_EXISTS', `"${ATTRIBUTES}" is there, and does not say what plans need`, {
    hint: `run: ${commandLine('printf', '%s\\n', ...GIT_ATTRIBUTES)} >> ${ATTRIBUTES}`,
  });
}

function makeKey(
  [keyPath, trustPath]: readonly [string, string],
  { name, alone }: InitFlags,
): readonly NewFile[] {
  const { privatePem, publicKey } = generateKey();
  const trust = draftTrust(
    `  - name: ${quoteVisibly(name)}\n    publicKey: ${publicKey}\n    roles: [planner, operator]\n`,
    { alone },
  );
  checkKeyName(name, trust);
  return [
    { path: keyPath, content: privatePem, mode: 0o600 },
    { path: trustPath, content: trust, mode: 0o600 },
  ];
}
