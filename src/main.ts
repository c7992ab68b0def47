/** The list of commands, and the one place where a run of rootsweep becomes an exit code. */
import { Builtins, Cli, UsageError } from 'clipanion';
import { ApplyCommand } from './commands/apply.js';
import { AuditCommand } from './commands/audit.js';
import type { CommandContext } from './commands/command.js';
import { DemoCommand } from './commands/demo.js';
import { EmulateCommand } from './commands/emulate.js';
import { KeygenCommand } from './commands/keygen.js';
import { PlanCommand } from './commands/plan.js';
import { ShowCommand } from './commands/show.js';
import { VerifyCommand } from './commands/verify.js';
import type { Context } from './context.js';
import { RootsweepError } from './errors.js';
import { reportError } from './report.js';
import { VERSION } from './version.js';

const COMMANDS = [
  AuditCommand,
  PlanCommand,
  ShowCommand,
  VerifyCommand,
  ApplyCommand,
  KeygenCommand,
  EmulateCommand,
  DemoCommand,
];

/**
 * Runs one command line.
 * @param argv without the interpreter and the script.
 * @returns the exit code; never rejects.
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  const cli = new Cli<CommandContext>({
    binaryLabel: 'rootsweep',
    binaryName: 'rootsweep',
    binaryVersion: VERSION,
    enableColors: false,
  });
  cli.register(Builtins.HelpCommand);
  cli.register(Builtins.VersionCommand);
  for (const command of COMMANDS) cli.register(command);

  const commandContext: CommandContext = { ...context, colorDepth: 1 };
  let command: ReturnType<typeof cli.process>;
  try {
    command = cli.process([...argv], commandContext);
  } catch (error) {
    return reportError(explainUsage(error), context, argv.includes('--json'), false);
  }
  return cli.run(command, commandContext);
}

/** What clipanion says of a command line that fits no command, as an error of rootsweep. */
function explainUsage(error: unknown): unknown {
  if (!(error instanceof Error) || !('clipanion' in error || error instanceof UsageError)) return error;
  const [first = ''] = error.message
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('$'));
  const sentence = first.replace(/^Unknown Syntax Error: /, '').replace(/[.:]$/, '');
  return new RootsweepError('USAGE', sentence === '' ? 'the command line fits no command' : sentence, {
    hint: 'see: rootsweep --help',
    cause: error,
  });
}
