/**
 * The last line of a terminal while something runs. Whoever writes to the terminal writes above it, and nothing of it
 * stays. The cursor waits at its beginning: there, what somebody types wraps nothing, and a terminal that is made
 * narrower, and breaks the line in two, leaves the cursor where erasing begins.
 */
import { Writable } from 'node:stream';
import type { Context } from './context.js';

const ERASE = '\r\u001b[J';
/** The terminal may have become narrower a moment ago: as long as it is told not to, it wraps nothing. */
const place = (text: string) => `\u001b[?7l${text}\u001b[?7h\u001b[J\r`;

export class StatusLine {
  /** In place of those of the process. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly #terminal: Writable;
  #shown = '';
  /** Whether the cursor is at the beginning of a line: behind a question nothing is drawn. */
  #isFree = true;

  constructor({ stdout, stderr }: Pick<Context, 'stdout' | 'stderr'>) {
    this.#terminal = stderr;
    this.stdout = createStream((chunk) => {
      this.erase();
      stdout.write(chunk);
    });
    this.stderr = createStream((chunk) => this.#writeAbove(chunk));
  }

  /** After whatever was asked: the answer ended the line. */
  begin(): void {
    this.#isFree = true;
  }

  /** @param text one line, narrower than the terminal, without its end. */
  draw(text: string): void {
    if (!this.#isFree || text === this.#shown) return;
    this.#shown = text;
    this.#terminal.write(`\r${place(text)}`);
  }

  erase(): void {
    if (this.#shown === '') return;
    this.#shown = '';
    this.#terminal.write(ERASE);
  }

  /** In one piece, so that nothing flickers. */
  #writeAbove(chunk: string | Uint8Array): void {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    if (text === '') return;
    this.#isFree = text.endsWith('\n');
    if (this.#shown === '') {
      this.#terminal.write(chunk);
      return;
    }
    const below = this.#isFree ? place(this.#shown) : '';
    if (!this.#isFree) this.#shown = '';
    this.#terminal.write(`${ERASE}${text}${below}`);
  }
}

/** Undefined where nothing is drawn: no terminal, one that can only print, or one that a CI system pretends to be. */
export function openStatusLine({ stdout, stderr, terminal, env, halt }: Context): StatusLine | undefined {
  const isLogged = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  if (!terminal.stderr || env.TERM === 'dumb' || isLogged) return undefined;
  const statusLine = new StatusLine({ stdout, stderr });
  halt.addEventListener('abort', () => statusLine.erase(), { once: true });
  return statusLine;
}

/** Passes on at once: what is written to either stream stays in its order. */
function createStream(write: (chunk: string | Uint8Array) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      write(chunk);
      done();
    },
  });
}
