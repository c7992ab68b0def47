/** Questions at the terminal. */
import { Writable } from 'node:stream';
import type { Context } from '../context.js';
import { RootsweepError } from '../errors.js';

export interface Question {
  readonly question: string;
  /** The one answer that is a yes. */
  readonly yes: string;
  /** What --confirm takes in place of the answer. */
  readonly confirm: string;
  readonly why: string;
  /** What is said where the answer is no yes. */
  readonly unchanged: string;
}

/** @throws RootsweepError CONFIRMATION_MISSING without a terminal; INTERRUPTED; DECLINED for any other answer. */
export async function requireYes(asked: Question, context: Context): Promise<void> {
  const { question, yes, confirm, why, unchanged } = asked;
  const { stderr, terminal, stop } = context;
  if (!terminal.stdin || !terminal.stderr) {
    throw new RootsweepError('CONFIRMATION_MISSING', `${why}, and there is no terminal to ask at`, {
      hint: `pass --confirm ${confirm}`,
    });
  }
  const answer = await readLine(question, context, { output: stderr, terminal: false });
  // Where nobody pressed Enter, the cursor still stands behind the question.
  if (answer === undefined) stderr.write('\n');
  if (stop.aborted) throw new RootsweepError('INTERRUPTED', `interrupted; ${unchanged}`);
  if (answer?.trim() !== yes) throw new RootsweepError('DECLINED', `cancelled; ${unchanged}`);
}

/** Asks for the passphrase of a signing key: the terminal does not show what is typed. */
export async function askSecret(question: string, context: Context): Promise<string> {
  const { stderr, terminal } = context;
  if (!terminal.stdin || !terminal.stderr) {
    throw new RootsweepError(
      'PASSPHRASE_MISSING',
      'the signing key is encrypted, and there is no terminal to ask for its passphrase',
      { hint: 'hand it over on a file descriptor, for example: --passphrase-fd 3 3< FILE' },
    );
  }
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await readLine(question, context, { output: nowhere, terminal: true });
  stderr.write('\n');
  if (answer === undefined) throw new RootsweepError('INTERRUPTED', 'interrupted; nothing was signed');
  return answer;
}

/** @returns the line that was typed; undefined where the input ended without one. */
async function readLine(
  question: string,
  { stdin, stderr, stop }: Context,
  options: { readonly output: Writable; readonly terminal: boolean },
): Promise<string | undefined> {
  const { createInterface } = await import('node:readline/promises');
  // Before the question: what is typed at once is not shown either.
  const prompt = createInterface({ input: stdin, ...options });
  stderr.write(question);
  const answer = await new Promise<string | undefined>((resolve) => {
    prompt.once('line', resolve);
    prompt.once('close', () => resolve(undefined));
    prompt.once('SIGINT', () => prompt.close());
    if (stop.aborted) prompt.close();
    stop.addEventListener('abort', () => prompt.close(), { once: true });
  });
  prompt.close();
  return answer;
}
