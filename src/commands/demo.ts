import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'clipanion';
import type { Emulator } from '../emulator/emulator.js';
import { bold, cyan, dim, green, red } from '../views/format/lines.js';
import { RootsweepCommand } from './command.js';

const ORGANIZATION = 'o-exampleorgid';
const KEY_ACCOUNT = '444444444444';
const DRIFTING_ACCOUNT = '555555555555';
const SWEPT_ACCOUNTS = ['333333333333', '444444444444'];

const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111" }
accounts:
  - { id: "111111111111", name: management }
  - { id: "222222222222", name: log-archive, ou: /Security }
  - id: "333333333333"
    name: shop-prod
    ou: /Workloads/Prod
    joined: 2019-02-04T00:00:00Z
    root: { password: { created: 2019-02-04T00:00:00Z, lastUsed: 2021-07-01T08:00:00Z }, mfaDevices: 1 }
  - id: "${KEY_ACCOUNT}"
    name: shop-dev
    ou: /Workloads/Dev
    joined: 2020-05-11T00:00:00Z
    root: { password: { created: 2020-05-11T00:00:00Z }, accessKeys: [{ id: AKIAIOSFODNN7EXAMPLE, created: 2020-05-11T00:00:00Z }] }
  - id: "${DRIFTING_ACCOUNT}"
    name: data-prod
    ou: /Workloads/Prod
    joined: 2020-09-30T00:00:00Z
    root: { password: { created: 2020-09-30T00:00:00Z } }
  - { id: "666666666666", name: break-glass, ou: /Security, root: { password: true, mfaDevices: 2 } }
`;

const POLICY = `version: 1
organization: ${ORGANIZATION}
exclude:
  - account: "666666666666"
    reason: break-glass account
`;

export class DemoCommand extends RootsweepCommand {
  static override paths = [['demo']];
  static override usage = Command.Usage({
    category: 'Emulator',
    description: 'Tell the whole story on an emulated organization: plan, review, drift, apply, proof',
    examples: [
      ['The story', 'rootsweep demo'],
      ['Without colour', 'rootsweep demo --no-color'],
    ],
  });

  protected async run(): Promise<number> {
    const { openEmulator } = await import('../emulator/emulator.js');
    const { parseScenario } = await import('../emulator/scenario/parse-scenario.js');
    const { serveEmulator } = await import('../emulator/server.js');
    const emulator = openEmulator(parseScenario(SCENARIO, 'demo'));
    const server = await serveEmulator(emulator);
    const folder = await mkdtemp(join(tmpdir(), 'rootsweep-demo-'));
    try {
      return await this.tellStory(emulator, server.url, folder);
    } finally {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async tellStory(emulator: Emulator, url: string, folder: string): Promise<number> {
    const aws = { endpoint: url, region: 'us-east-1', credentials: emulator.callerCredentials() };
    // One stream: what the commands say on stderr belongs to the story, in its place. How far they have come does not.
    const context = {
      aws,
      cwd: folder,
      homeFolder: folder,
      env: {},
      stderr: this.context.stdout,
      statusLine: undefined,
      every: () => () => undefined,
    };
    const { commandLine } = await import('../core/base/command-line.js');
    const codes: number[] = [];
    const rootsweep = async (...argv: string[]): Promise<void> => {
      this.print([[], [cyan('$ '), bold(commandLine('rootsweep', ...argv))]]);
      const code = await this.cli.run([...argv, ...(this.color ? [] : ['--no-color'])], context);
      this.print([[dim(`(exit code ${code})`)]]);
      codes.push(code);
    };
    const say = (...sentences: string[]) =>
      this.print([[], ...sentences.map((sentence) => [green('# '), sentence])]);
    await writeFile(join(folder, 'policy.yaml'), POLICY);
    await this.makeKey(folder, context);

    say(
      'An organization of six accounts, emulated on this machine. AWS is not called.',
      'What root credentials are there?',
    );
    await rootsweep('audit');

    say(
      'The policy deletes passwords and MFA devices, leaves one break-glass account alone,',
      'and stops everything at an access key.',
    );
    const planned = ['--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'planner.pem'];
    await rootsweep('plan', ...planned, '--quiet');

    say(
      `The owner of ${KEY_ACCOUNT} replaces the key by a role, and deletes it. Plan again, and look at the plan.`,
    );
    emulator.changeAccount(KEY_ACCOUNT, { remove: { accessKeys: ['AKIAIOSFODNN7EXAMPLE'] } });
    await rootsweep('plan', ...planned, '--quiet');
    await rootsweep('show', 'org.plan.yaml', '--trust', 'trust.yaml');

    say(
      `While people review it, somebody gives the root user of ${DRIFTING_ACCOUNT} an MFA device.`,
      'Nobody has reviewed that, so nothing is deleted there:',
    );
    emulator.changeAccount(DRIFTING_ACCOUNT, { add: { mfaDevices: 1 } });
    const trusted = ['--policy', 'policy.yaml', '--trust', 'trust.yaml', '--key', 'planner.pem'];
    await rootsweep('apply', 'org.plan.yaml', ...trusted, '--confirm', ORGANIZATION, '--quiet');

    say('What is left?');
    await rootsweep('audit');
    return this.judge(emulator, codes);
  }

  /** The demo believes the emulator's word, not the tool's. */
  private judge(emulator: Emulator, codes: readonly number[]): number {
    const deletions = emulator.calls.filter((call) => call.effect?.kind === 'deleted');
    const touched = [...new Set(deletions.map((call) => call.account))].sort();
    const accounts = emulator.snapshot();
    const empty = SWEPT_ACCOUNTS.every((id) => {
      const account = accounts[id];
      return account !== undefined && account.password === undefined && account.mfaDevices.length === 0;
    });
    const asTold = touched.join() === SWEPT_ACCOUNTS.join() && empty && codes.join() === '0,3,0,0,5,0';
    this.print([
      [],
      asTold
        ? [
            green('# '),
            `The emulator's own log: ${deletions.length} deletions, all in ${touched.join(' and ')}.`,
          ]
        : [
            red('# '),
            `This is not the story that was to be told: exit codes ${codes.join()}, deletions in ${touched.join()}.`,
          ],
    ]);
    return asTold ? 0 : 1;
  }

  private async makeKey(folder: string, context: object): Promise<void> {
    const stdout = new PassThrough();
    await this.cli.run(['keygen', '--out', 'planner.pem', '--name', 'planner', '--quiet'], {
      ...context,
      stdout,
    });
    await writeFile(
      join(folder, 'trust.yaml'),
      `version: 1\nthreshold: { planner: 1 }\nkeys:\n${String(stdout.read())}`,
    );
  }
}
