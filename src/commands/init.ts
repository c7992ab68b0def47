import { join, sep } from 'node:path';
import { Command, Option } from 'clipanion';
import { commandLine } from '../core/base/command-line.js';
import { RootsweepError } from '../errors.js';
import type { NewFile } from '../files/io/new-files.js';
import { AwsCommand } from './command.js';

const POLICY = 'policy.yaml';
const ATTRIBUTES = '.gitattributes';
const WORKFLOW = join('.github', 'workflows', 'rootsweep.yaml');
const SMALL_FILE = 2 ** 20;

export class InitCommand extends AwsCommand {
  static override paths = [['init']];
  static override usage = Command.Usage({
    category: 'Get started',
    description: 'Write a policy that fits the organization, a signing key, a trust file and a CI workflow',
    details: `
      Looks at the organization and writes, in this folder, a commented policy.yaml, .gitattributes and a workflow for
      GitHub Actions; in the configuration folder, out of the repository, a signing key and trust.yaml. Overwrites
      nothing: all of it is written, or nothing.
    `,
    examples: [
      ['In the repository of the policy', 'rootsweep init'],
      ['For one person, without reviews', 'rootsweep init --alone'],
      ['For another repository, with the key that is there', 'rootsweep init --keep-key'],
    ],
  });

  name = Option.String('--name', 'planner', { description: 'Name of the key in the trust file' });
  keepKey = Option.Boolean('--keep-key', false, {
    description: 'Leave the signing key and the trust file of the configuration folder as they are',
  });

  alone = Option.Boolean('--alone', false, {
    description: 'Let one key decide alone: plans need no reviewer, and no second person can stop a mistake',
  });

  protected override get interrupted(): string {
    return 'interrupted; nothing was written';
  }

  protected async run(): Promise<number> {
    const { openAws } = await import('../aws/open.js');
    const { findRegion } = await import('../aws/required-settings.js');
    const { lookForPolicy } = await import('../workflows/init.js');
    const { draftPolicy } = await import('../core/cli/policy-draft.js');
    const { readGithubWorkflow } = await import('../files/io/github-workflow.js');
    const { parsePolicy } = await import('../files/policy/policy.js');
    const { writeNewFiles } = await import('../files/io/new-files.js');
    const { clock, stop } = this.context;

    const config = await this.findConfigFolder();
    const places = [POLICY, WORKFLOW].map((name) => this.resolvePath(name));
    const attributes = await this.draftAttributes();
    await this.requireFree([...places, ...(this.keepKey ? [] : config)]);
    const keys = this.keepKey ? [] : await this.makeKey(config);

    const region = await findRegion(this.awsSettings);
    this.progress.begin('listing');
    const aws = await openAws(this.awsSettings, 1, clock);
    try {
      const source = await lookForPolicy(aws.reader, aws.prerequisites, clock.now(), stop);
      this.progress.end();
      const policy = draftPolicy(source);
      // What is written must be what `plan` takes.
      parsePolicy(policy, POLICY);
      const [policyPath = '', workflowPath = ''] = places;
      const files: NewFile[] = [
        ...keys,
        ...attributes,
        { path: workflowPath, content: await readGithubWorkflow(region), mode: 0o644 },
        // Last: whoever finds a policy finds the rest.
        { path: policyPath, content: policy, mode: 0o644 },
      ];
      await writeNewFiles(files);
      this.report(source.organization.id, source.accounts.length, files);
      return 0;
    } finally {
      aws.close();
    }
  }

  private report(organization: string, accounts: number, files: readonly NewFile[]): void {
    if (this.json) {
      this.printJson('initialized', { organization, accounts, files: files.map(({ path }) => path) });
      return;
    }
    const { cwd } = this.context;
    this.print([
      [`A first policy for organization ${organization}, of ${accounts} accounts. Written:`],
      ...files.map(({ path }) => ['  ', path.startsWith(cwd + sep) ? path.slice(cwd.length + 1) : path]),
    ]);
    this.tell([
      [],
      ['The policy says in comments what else it can say; read it.'],
      ...(this.keepKey || this.alone
        ? []
        : [
            ['A plan needs the signature of a reviewer too. To add their public key, run:'],
            ['  rootsweep trust add --from KEY.pub --name NAME --role approver'],
          ]),
      ['Next: run: rootsweep plan --policy policy.yaml --out org.plan.yaml'],
    ]);
  }

  /** The places of key and trust file, which must not be where a pull request can change them. */
  private async findConfigFolder(): Promise<readonly [key: string, trust: string]> {
    const { configFolder } = await import('../files/keys/config-folder.js');
    const { findRepository } = await import('../files/io/git.js');
    const folder = configFolder(this.context);
    const repository = await findRepository(this.resolvePath(POLICY), this.context.env);
    if (repository !== undefined && `${folder}${sep}`.startsWith(`${repository.folder}${sep}`)) {
      throw new RootsweepError(
        'USAGE',
        `the configuration folder "${folder}" is in the repository "${repository.folder}"`,
        { hint: 'a signing key must not be; set XDG_CONFIG_HOME to a folder elsewhere' },
      );
    }
    return [join(folder, 'signing-key.pem'), join(folder, 'trust.yaml')];
  }

  private async requireFree(paths: readonly string[]): Promise<void> {
    const { findExisting } = await import('../files/io/new-files.js');
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
  private async draftAttributes(): Promise<readonly NewFile[]> {
    const { exists, readFileText } = await import('../files/io/text-file.js');
    const { draftGitAttributes, GIT_ATTRIBUTES, hasGitAttributes } = await import(
      '../core/cli/starter-files.js'
    );
    const path = this.resolvePath(ATTRIBUTES);
    if (!(await exists(path))) return [{ path, content: draftGitAttributes(), mode: 0o644 }];
    if (hasGitAttributes(await readFileText(path, { what: 'file of attributes', maxBytes: SMALL_FILE })))
      return [];
    throw new RootsweepError('FILE_EXISTS', `"${ATTRIBUTES}" is there, and does not say what plans need`, {
      hint: `run: ${commandLine('printf', '%s\\n', ...GIT_ATTRIBUTES)} >> ${ATTRIBUTES}`,
    });
  }

  private async makeKey([keyPath, trustPath]: readonly [string, string]): Promise<readonly NewFile[]> {
    const { generateKey } = await import('../signing/ed25519.js');
    const { draftTrust } = await import('../core/cli/starter-files.js');
    const { parseTrust } = await import('../files/keys/trust.js');
    const { quoteVisibly } = await import('../core/base/text.js');
    const { privatePem, publicKey } = generateKey();
    const trust = draftTrust(
      `  - name: ${quoteVisibly(this.name)}\n    publicKey: ${publicKey}\n    roles: [planner, operator]\n`,
      { alone: this.alone },
    );
    try {
      parseTrust(trust, 'trust.yaml');
    } catch (cause) {
      throw new RootsweepError('USAGE', `--name ${quoteVisibly(this.name)} cannot stand in a trust file`, {
        hint: 'use letters, digits and hyphens, at most 100, for example: --name platform-planner',
        cause,
      });
    }
    return [
      { path: keyPath, content: privatePem, mode: 0o600 },
      { path: trustPath, content: trust, mode: 0o600 },
    ];
  }
}
