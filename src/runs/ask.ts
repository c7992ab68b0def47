/** A question at the terminal. */
import type { Context } from '../context.js';
import { RootsweepError } from '../errors.js';

/**
 * @returns the line that was typed; undefined where the input ended without one.
 * @throws RootsweepError CONFIRMATION_MISSING without a terminal; INTERRUPTED.
 */
export async function ask(
  question: string,
  { stdin, stderr, terminal, stop }: Context,
  told: { readonly why: string; readonly hint: string; readonly interrupted: string },
): Promise<string | undefined> {
  if (!terminal.stdin || !terminal.stderr) {
    throw new RootsweepError('CONFIRMATION_MISSING', `${told.why}, and there is no terminal to ask at`, {
      hint: told.hint,
    });
  }
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: stdin, output: stderr, terminal: false });
  stderr.write(question);
  const answer = await new Promise<string | undefined>((resolve) => {
    prompt.once('line', resolve);
    prompt.once('close', () => resolve(undefined));
    if (stop.aborted) prompt.close();
    stop.addEventListener('abort', () => prompt.close(), { once: true });
  });
  prompt.close();
  // Where nobody pressed Enter, the cursor still stands behind the question.
  if (answer === undefined) stderr.write('\n');
  if (stop.aborted) throw new RootsweepError('INTERRUPTED', told.interrupted);
  return answer;
}
