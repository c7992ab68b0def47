/** The list of commands, and the conversion of a run's result to an exit code. */
import { Builtins, Cli } from 'clipanion';
import { ApplyCommand } from './commands/apply.js';
import { ApproveCommand } from './commands/approve.js';
import { AuditCommand } from './commands/audit.js';
import type { CommandClass, CommandContext } from './commands/command.js';
import { CompletionCommand } from './commands/completion.js';
import { DemoCommand } from './commands/demo.js';
import { DiffCommand } from './commands/diff.js';
import { DoctorCommand } from './commands/doctor.js';
import { EmulateCommand } from './commands/emulate.js';
import { EnableCommand } from './commands/enable.js';
import { ExplainCommand } from './commands/explain.js';
import { InitCommand } from './commands/init.js';
import { KeygenCommand } from './commands/keygen.js';
import { NoticeCommand } from './commands/notice.js';
import { PlanCommand } from './commands/plan.js';
import { ReceiptCommand } from './commands/receipt.js';
import { RecoverCommand } from './commands/recover.js';
import { ShowCommand } from './commands/show.js';
import { TrustAddCommand, TrustRevokeCommand, TrustShowCommand } from './commands/trust.js';
import { UnlockBucketCommand, UnlockQueueCommand } from './commands/unlock.js';
import { VerifyCommand } from './commands/verify.js';
import { WitnessCommand } from './commands/witness.js';
import type { Context } from './context.js';
import { reportError } from './report.js';
import { openStatusLine } from './status-line.js';
import { explainUsage } from './usage.js';
import { VERSION } from './version.js';

/** In the order of `--help`. */
export const COMMANDS: readonly CommandClass[] = [
  DoctorCommand,
  EnableCommand,
  InitCommand,
  AuditCommand,
  PlanCommand,
  ShowCommand,
  DiffCommand,
  ExplainCommand,
  VerifyCommand,
  ApproveCommand,
  WitnessCommand,
  NoticeCommand,
  ApplyCommand,
  ReceiptCommand,
  RecoverCommand,
  UnlockBucketCommand,
  UnlockQueueCommand,
  TrustAddCommand,
  TrustRevokeCommand,
  TrustShowCommand,
  KeygenCommand,
  CompletionCommand,
  EmulateCommand,
  DemoCommand,
];

/** Creates the clipanion CLI for the given commands, by default all. */
export function openCli(commands = COMMANDS): Cli<CommandContext> {
  const cli = new Cli<CommandContext>({
    binaryLabel: 'rootsweep',
    binaryName: 'rootsweep',
    binaryVersion: VERSION,
    enableColors: false,
  });
  cli.register(Builtins.HelpCommand);
  cli.register(Builtins.VersionCommand);
  for (const command of commands) cli.register(command);
  return cli;
}

type ParsedCommand = ReturnType<Cli<CommandContext>['process']>;

/**
 * Parses a command line with only the command it names: building clipanion's parser for all commands takes longer than
 * reading the policy. Returns undefined if it does not parse; the full parser then reports the error.
 */
function parseNamed(argv: readonly string[], context: CommandContext): ParsedCommand | undefined {
  const named = COMMANDS.filter(({ paths = [] }) =>
    paths.some((path) => path.every((word, index) => word === argv[index])),
  );
  try {
    return openCli(named).process([...argv], context);
  } catch {
    return undefined;
  }
}

/**
 * Runs one command line.
 * @param argv without the interpreter and the script.
 * @returns the exit code; never rejects.
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  const cli = openCli();
  const statusLine = openStatusLine(context);
  // All output must go through the status line, so that neither overwrites the other.
  const { stdout, stderr } = statusLine ?? context;
  const commandContext: CommandContext = {
    ...context,
    stdout,
    stderr,
    statusLine,
    colorDepth: 1,
    commands: COMMANDS,
  };
  let command: ParsedCommand;
  try {
    command = parseNamed(argv, commandContext) ?? cli.process([...argv], commandContext);
  } catch (error) {
    const ofClipanion = error instanceof Error && 'clipanion' in error;
    const explained = ofClipanion ? explainUsage(argv, cli.definitions(), error) : error;
    return reportError(explained, context, { json: argv.includes('--json'), colour: false });
  }
  return cli.run(command, commandContext);
}
