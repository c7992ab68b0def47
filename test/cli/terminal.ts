/** A shell at a real pseudo-terminal, that of tmux: what is typed there, and what its screen shows. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const hasTmux = spawnSync('tmux', ['-V']).status === 0;
/** For the options of a test. */
export const needsTmux = hasTmux ? {} : { skip: 'there is no tmux, which has the pseudo-terminal' };

const LOOKS_EVERY = 30;
export const PROMPT = '$';
const ROWS = 40;

export interface Terminal {
  /** Types a line and Enter. */
  readonly type: (line: string) => Promise<void>;
  /** A key as tmux names it, `C-c`. */
  readonly press: (key: string) => Promise<void>;
  readonly resize: (columns: number) => Promise<void>;
  /** The lines of the screen that are not empty; with colours as sequences where they are asked for. */
  readonly screen: (coloured?: 'coloured') => Promise<string[]>;
  /** Waits until the screen is so, and returns it. Throws with the screen where the test ends before. */
  readonly waitUntil: (what: string, isSo: (lines: readonly string[]) => boolean) => Promise<string[]>;
  /** Every byte that was written to the terminal so far. */
  readonly written: () => Promise<string>;
}

/** @param env all that the shell gets. */
export async function openTerminal(
  t: TestContext,
  { columns, cwd, env }: { columns: number; cwd: string; env: Readonly<Record<string, string>> },
): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-terminal-'));
  const socket = join(folder, 'socket');
  const recording = join(folder, 'written');
  const tmux = async (...argv: readonly string[]) =>
    (
      await run('tmux', ['-S', socket, '-f', '/dev/null', ...argv], {
        env: { ...env, LC_ALL: 'C.UTF-8' },
      })
    ).stdout;
  t.after(async () => {
    await tmux('kill-server').catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });
  const size = (width: number) => ['-x', String(width), '-y', String(ROWS)];
  await tmux(
    'new-session',
    '-d',
    ...size(columns),
    '-c',
    cwd,
    `exec env PS1='${PROMPT} ' bash --norc --noprofile`,
  );
  await tmux('pipe-pane', `cat > ${recording}`);

  const screen = async (coloured?: 'coloured') => {
    const text = await tmux('capture-pane', '-p', ...(coloured === undefined ? [] : ['-e']));
    return text.split('\n').filter((line) => line.trim() !== '');
  };
  const waitUntil: Terminal['waitUntil'] = async (what, isSo) => {
    for (;;) {
      const lines = await screen();
      if (isSo(lines)) return lines;
      if (t.signal.aborted) throw new Error(`${what}: never on the screen\n${lines.join('\n')}`);
      await sleep(LOOKS_EVERY);
    }
  };
  await waitUntil('the prompt', (lines) => lines.at(-1) === PROMPT);
  return {
    type: async (line) => {
      await tmux('send-keys', '-l', line);
      await tmux('send-keys', 'Enter');
    },
    press: async (key) => {
      await tmux('send-keys', key);
    },
    resize: async (width) => {
      await tmux('resize-window', ...size(width));
    },
    screen,
    waitUntil,
    written: () => readFile(recording, 'utf8'),
  };
}
