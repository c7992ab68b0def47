import { Command, Option } from 'clipanion';
import type { CompletedCommand } from '../core/cli/completion.js';
import { RootsweepError } from '../errors.js';
import { RootsweepCommand } from './command.js';

const renderScript = {
  bash: async (commands) => (await import('../views/cli/completion-bash.js')).renderBashCompletion(commands),
  zsh: async (commands) => (await import('../views/cli/completion-zsh.js')).renderZshCompletion(commands),
  fish: async (commands) => (await import('../views/cli/completion-fish.js')).renderFishCompletion(commands),
} satisfies Record<string, (commands: readonly CompletedCommand[]) => Promise<string>>;

type Shell = keyof typeof renderScript;
const SHELLS = Object.keys(renderScript) as Shell[];

export class CompletionCommand extends RootsweepCommand {
  static override paths = [['completion']];
  static override choices = { SHELL: SHELLS };
  static override usage = Command.Usage({
    category: 'Get started',
    description: 'Print a script with which bash, zsh or fish completes commands, flags and their values',
    details: `
      The script is made of the commands as they are in this version, and does not call rootsweep. Write it anew after
      an update.
    `,
    examples: [
      [
        'For bash, where the package bash-completion is installed',
        'rootsweep completion bash > ~/.local/share/bash-completion/completions/rootsweep',
      ],
      ['For zsh, in a folder of $fpath', 'rootsweep completion zsh > ~/.zfunc/_rootsweep'],
      ['For fish', 'rootsweep completion fish > ~/.config/fish/completions/rootsweep.fish'],
    ],
  });

  shell = Option.String({ name: 'SHELL' });

  protected async run(): Promise<number> {
    const { describeCompletion } = await import('../core/cli/completion.js');
    const shell = this.chooseShell();
    const definitions = new Map(this.cli.definitions().map((it) => [it.path, it]));
    // A command is defined once, whatever paths lead to it.
    const commands = this.context.commands.flatMap(({ paths = [], choices }) => {
      const definition = definitions.get(`rootsweep ${paths[0]?.join(' ')}`);
      return definition === undefined
        ? []
        : paths.map((words) => describeCompletion(words, definition, choices));
    });
    const script = await renderScript[shell](commands);
    if (this.json) this.printJson('completion', { shell, script });
    else this.context.stdout.write(script);
    return 0;
  }

  private chooseShell(): Shell {
    const shell = SHELLS.find((it) => it === this.shell);
    if (shell !== undefined) return shell;
    throw new RootsweepError('USAGE', `SHELL is "bash", "zsh" or "fish", not "${this.shell}"`, {
      hint: 'for example: rootsweep completion bash',
    });
  }
}
