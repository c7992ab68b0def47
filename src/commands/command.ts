/** What all commands share: the global flags, and one place where an error becomes output and an exit code. */

import { Command, Option } from 'clipanion';
import type { CallRate } from '../aws/call-rate.js';
import type { Aws } from '../aws/open.js';
import type { AwsSettings } from '../aws/settings.js';
import type { Context } from '../context.js';
import type { OrganizationEntry } from '../core/account/organizations.js';
import type { Choices } from '../core/cli/completion.js';
import { type Redact, showAll } from '../core/cli/redact.js';
import { RootsweepError } from '../errors.js';
import { reportError } from '../report.js';
import { parseInteger, resolvePath } from '../runs/arguments.js';
import type { AccountsHost, AwsHost, Content, Host } from '../runs/host.js';
import { Progress } from '../runs/progress.js';
import type { StatusLine } from '../status-line.js';
import { renderJson } from '../views/format/json.js';
import type { Line } from '../views/format/lines.js';
import { renderLines } from '../views/format/lines.js';

export type CommandContext = Context & {
  readonly colorDepth: number;
  /** All commands there are, in the order of the help. */
  readonly commands: readonly CommandClass[];
  /** Absent where nothing is drawn. */
  readonly statusLine: StatusLine | undefined;
};

/** A command before it is given a command line. */
export type CommandClass = Pick<typeof RootsweepCommand, 'paths' | 'usage' | 'choices'> &
  (new () => RootsweepCommand);

export abstract class RootsweepCommand extends Command<CommandContext> implements Host {
  /** What flags and arguments take that only take certain words: shells complete them. */
  static choices: Choices = {};

  json = Option.Boolean('--json', false, { description: 'Print one JSON object a line' });
  color = Option.Boolean('--color', true, {
    description: 'Use colour on a terminal (--no-color turns it off)',
  });
  quiet = Option.Boolean('--quiet', false, { description: 'Print only results, in short, and errors' });
  verbose = Option.Boolean('--verbose', false, { description: 'Print every step' });

  mask: Redact = showAll;
  errorFacts: object = {};

  private begun: Progress | undefined;

  /** Does the work and returns the exit code. */
  protected abstract run(): Promise<number>;

  override async execute(): Promise<number> {
    try {
      return await this.run().finally(() => this.begun?.end());
    } catch (error) {
      const options = { json: this.json, colour: this.useColour('stderr'), facts: this.errorFacts };
      return reportError(this.maskError(error), this.context, options);
    }
  }

  print(content: Content): void {
    const isDocument = typeof content === 'string' || Buffer.isBuffer(content);
    this.context.stdout.write(isDocument ? content : renderLines(content, this.useColour('stdout')));
  }

  printJson(type: string, value: object): void {
    this.context.stdout.write(renderJson(type, value));
  }

  tell(lines: readonly Line[]): void {
    if (!this.quiet) this.context.stderr.write(renderLines(lines, this.useColour('stderr')));
  }

  get progress(): Progress {
    this.begun ??= new Progress(this.context, {
      statusLine: this.quiet ? undefined : this.context.statusLine,
      render: (line) => renderLines([line], this.useColour('stderr')).trimEnd(),
      tell: (line) => this.tell([line]),
    });
    return this.begun;
  }

  tellNext(step: string): void {
    if (!this.json) this.tell([[`Next: ${step}`]]);
  }

  readonly resolvePath = (path: string): string => resolvePath(path, this.context);

  private maskError(error: unknown): unknown {
    if (!(error instanceof RootsweepError)) return error;
    const { code, message, hint } = error;
    const shown = this.mask({ message, ...(hint === undefined ? {} : { hint }) });
    return new RootsweepError(code, shown.message, { ...shown, cause: error });
  }

  private useColour(stream: 'stdout' | 'stderr'): boolean {
    const { env, terminal } = this.context;
    if (!this.color || (env.NO_COLOR !== undefined && env.NO_COLOR !== '')) return false;
    return terminal[stream] || (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0');
  }
}

export const REDACT = 'Mask email addresses, credential ids and the names of callers';

export const TRUST_FILE = 'The trust file; else ROOTSWEEP_TRUST, else the one in the configuration folder';

export const SIGNING_KEY = 'The signing key; else ROOTSWEEP_KEY, else the one in the configuration folder';

export const PASSPHRASE_FD = 'File descriptor from which the passphrase of the key is read';

export const DETACHED = 'Write the signature into a file of its own beside the plan';

// biome-ignore lint/suspicious/noExplicitAny: TypeScript demands this constructor of a class that is mixed in
type CommandBase = abstract new (...args: any[]) => RootsweepCommand;

/** A command with `--trust` and what belongs to it. */
export function withTrust<Base extends CommandBase>(base: Base, description = TRUST_FILE) {
  abstract class WithTrust extends base {
    trust = Option.String('--trust', { description });
    confirmTrust = Option.String('--confirm-trust', {
      description:
        'SHA-256 of a --trust file that lies in a repository: you have read it, and trust it as it is',
    });
  }
  return WithTrust;
}

/** A command that calls AWS. */
export abstract class AwsCommand extends RootsweepCommand implements AwsHost {
  profile = Option.String('--profile', { description: 'AWS profile to use' });
  region = Option.String('--region', { description: 'AWS region to call' });

  /** What is said where somebody asks to stop while AWS is asked. */
  protected readonly interrupted: string = 'interrupted; nothing was changed';

  /** The most connections to AWS at a time. */
  protected get connections(): number {
    return 1;
  }

  get awsSettings(): AwsSettings {
    return {
      ...this.context.aws,
      ...(this.profile === undefined ? {} : { profile: this.profile }),
      ...(this.region === undefined ? {} : { region: this.region }),
      stop: { signal: this.context.stop, says: this.interrupted },
      onThrottled: (by) => this.progress.show({ type: 'call-throttled', by }),
    };
  }

  async useAws<Result>(use: (aws: Aws) => Promise<Result>, namesGoodFor?: number): Promise<Result> {
    const { openAws } = await import('../aws/open.js');
    const aws = await openAws(this.awsSettings, this.connections, this.context.clock, namesGoodFor);
    try {
      return await use(aws);
    } finally {
      aws.close();
    }
  }
}

/** A command that plans for accounts that are named: `recover` and `unlock`. */
export abstract class NamedPlanCommand extends AwsCommand {
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  out = Option.String('--out', { required: true, description: 'Where to write the plan' });
  reason = Option.String('--reason', {
    required: true,
    description: 'Why, for whoever reviews the plan and reads the receipt',
  });
  key = Option.String('--key', { description: SIGNING_KEY });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });

  protected override readonly interrupted = 'interrupted; nothing was written';

  /** For a handful of accounts, one after another. */
  protected override get connections(): number {
    return 10;
  }
}

/** A command that works on accounts, of one organization or of several. */
export abstract class AccountsCommand extends AwsCommand implements AccountsHost {
  concurrency = Option.String('--concurrency', {
    description: 'Accounts worked on at the same time, and most calls to one service at a time (default 50)',
  });
  quotaShare = Option.String('--quota-share', {
    description:
      'How much of the quotas that AWS documents to use, in percent (default 95), or "unlimited" on an emulator',
  });
  maxRate = Option.String('--max-rate', { description: 'Most calls to AWS a second, of all kinds together' });

  get parallel(): number {
    return parseInteger('--concurrency', this.concurrency ?? '50', 1, 200);
  }

  protected override get connections(): number {
    return this.parallel;
  }

  override get awsSettings(): AwsSettings {
    return { ...super.awsSettings, pace: this.pace };
  }

  private get pace(): CallRate {
    const { quotaShare = '95', maxRate } = this;
    return {
      quotaShare:
        quotaShare === 'unlimited'
          ? Number.POSITIVE_INFINITY
          : parseInteger('--quota-share', quotaShare, 1, 100) / 100,
      ...(maxRate === undefined ? {} : { maxRate: parseInteger('--max-rate', maxRate, 1, 10_000) }),
    };
  }
}

/** A command that `--organizations` repeats for each of several organizations. */
export abstract class OrganizationsCommand extends AccountsCommand {
  organizations = Option.String('--organizations', {
    description: 'Do it for each organization that this file names',
  });

  abstract passphraseFd: string | undefined;

  /** @throws RootsweepError USAGE for what is given, and what the file says for each organization. */
  protected refuseWithOrganizations(flags: Readonly<Record<string, unknown>>): void {
    const { passphraseFd, profile, region } = this;
    // A descriptor can be read once.
    const all = { ...flags, '--passphrase-fd': passphraseFd, '--profile': profile, '--region': region };
    const given = Object.entries(all).find(([, value]) => value !== undefined);
    if (given === undefined) return;
    throw new RootsweepError(
      'USAGE',
      `${given[0]} is about one organization, and --organizations about several`,
      { hint: 'leave one of them out; see schemas/organizations.schema.json' },
    );
  }

  /** @throws RootsweepError USAGE, as for any command line that lacks something. */
  protected refuseMissing(given: Readonly<Record<string, unknown>>): RootsweepError {
    const missing = Object.keys(given).filter((name) => given[name] === undefined);
    const path = `rootsweep ${this.path.join(' ')}`;
    return new RootsweepError('USAGE', `"${path}" needs ${missing.join(' and ')}`, {
      hint: `see: ${path} --help`,
    });
  }

  /** @param argvOf the command line for one of them, without the flags of every command. */
  protected async runEach(
    path: string,
    argvOf: (entry: OrganizationEntry) => readonly string[],
  ): Promise<number> {
    const { runOrganizations } = await import('../runs/organizations.js');
    const run = (entry: OrganizationEntry) => {
      const flags = flagWords({
        '--profile': entry.profile,
        '--region': entry.region,
        '--json': this.json,
        '--no-color': !this.color,
        '--quiet': this.quiet,
        '--verbose': this.verbose,
        '--concurrency': this.concurrency,
        '--quota-share': this.quotaShare,
        '--max-rate': this.maxRate,
      });
      return this.cli.run([...this.path, ...argvOf(entry), ...flags], this.context);
    };
    return runOrganizations(path, run, this);
  }
}

/** Flags as words of a command line, less those that are not given. */
export function flagWords(flags: Readonly<Record<string, string | boolean | undefined>>): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name}=${value}`] : value === true ? [name] : [],
  );
}
