import { Command, Option } from 'clipanion';
import { shellWord } from '../core/base/command-line.js';
import type { Emulator } from '../emulator/emulator.js';
import type { Scenario } from '../emulator/scenario/scenario.js';
import { RootsweepError } from '../errors.js';
import { parseInteger } from '../runs/arguments.js';
import { RootsweepCommand } from './command.js';

export class EmulateCommand extends RootsweepCommand {
  static override paths = [['emulate']];
  static override usage = Command.Usage({
    category: 'Emulator',
    description: 'Serve an emulated organization over HTTP until interrupted',
    details: `
      Speaks the protocols of AWS Organizations, STS, IAM, KMS, S3 and SQS, for rootsweep, the AWS CLI and every SDK:
      set AWS_ENDPOINT_URL and the credentials that it prints. Takes a scenario file, or makes an organization up.
    `,
    examples: [
      ['A scenario', 'rootsweep emulate examples/first-look/scenario.yaml --port 4566'],
      ['A large organization', 'rootsweep emulate --accounts 5000 --seed 7'],
    ],
  });

  scenario = Option.String({ name: 'SCENARIO', required: false });
  port = Option.String('--port', '0', { description: 'Port on 127.0.0.1; a free one unless given' });
  accounts = Option.String('--accounts', { description: 'Make up an organization of so many accounts' });
  seed = Option.String('--seed', { description: 'The same seed makes up the same organization (default 1)' });

  protected async run(): Promise<number> {
    const { openEmulator } = await import('../emulator/emulator.js');
    const { serveEmulator } = await import('../emulator/server.js');
    const port = parseInteger('--port', this.port, 0, 65_535);
    const seed = this.seed === undefined ? undefined : parseInteger('--seed', this.seed, 0, 999_999_999);
    const emulator = openEmulator(await this.readScenario(seed ?? 1), seed === undefined ? {} : { seed });
    const { stop } = this.context;
    const server = await serveEmulator(emulator, {
      port,
      log: (line) => {
        if (this.verbose) this.tell([[line]]);
      },
    }).catch((cause: unknown) => {
      throw new RootsweepError('PORT_UNAVAILABLE', `cannot listen on port ${port} of 127.0.0.1`, {
        hint: 'choose another --port, or leave it out to get a free one',
        cause,
      });
    });
    try {
      this.announce(emulator, server.url);
      await new Promise<void>((resolve) => {
        if (stop.aborted) resolve();
        stop.addEventListener('abort', () => resolve(), { once: true });
      });
      return 0;
    } finally {
      await server.close();
    }
  }

  private async readScenario(seed: number): Promise<Scenario> {
    if (this.accounts !== undefined) {
      if (this.scenario !== undefined) {
        throw new RootsweepError('USAGE', 'emulate takes a scenario file or --accounts, not both', {
          hint: 'leave one of them out',
        });
      }
      const { generateScenario } = await import('../emulator/scenario/generate-scenario.js');
      return generateScenario({ accounts: parseInteger('--accounts', this.accounts, 1, 50_000), seed });
    }
    if (this.scenario === undefined) {
      throw new RootsweepError('USAGE', 'emulate needs a scenario file, or --accounts to make one up', {
        hint: 'for example: rootsweep emulate --accounts 40',
      });
    }
    const { readFileText } = await import('../files/io/text-file.js');
    const { parseScenario } = await import('../emulator/scenario/parse-scenario.js');
    const { ScenarioError } = await import('../emulator/scenario/scenario-error.js');
    const text = await readFileText(this.resolvePath(this.scenario), {
      what: 'scenario',
      maxBytes: 64 * 2 ** 20,
    });
    try {
      return parseScenario(text, this.scenario);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      throw new RootsweepError('SCENARIO_INVALID', error.message, {
        hint: 'schemas/scenario.schema.json describes every member',
        cause: error,
      });
    }
  }

  private announce(emulator: Emulator, url: string): void {
    const callers = [...emulator.world.callers.values()].map((caller) => caller.name);
    if (this.json) {
      const credentials = Object.fromEntries(callers.map((name) => [name, emulator.callerCredentials(name)]));
      this.printJson('emulator-started', { url, region: 'us-east-1', callers: credentials });
      return;
    }
    const [first] = callers;
    const { accessKeyId, secretAccessKey } = emulator.callerCredentials(first);
    this.tell([
      [`An emulated organization is served at ${url} until you press Ctrl-C. In another terminal:`],
      [],
    ]);
    this.print([
      [`export AWS_ENDPOINT_URL=${shellWord(url)} AWS_REGION=us-east-1`],
      [
        `export AWS_ACCESS_KEY_ID=${shellWord(accessKeyId)} AWS_SECRET_ACCESS_KEY=${shellWord(secretAccessKey)}`,
      ],
    ]);
    if (callers.length > 1) {
      this.tell([
        [
          `These are the credentials of "${first}"; --json prints those of ${callers.slice(1).join(', ')} too.`,
        ],
      ]);
    }
  }
}
