/**
 * The last line of the terminal while a command runs. Other output is written above it, and it is erased at the end.
 * The cursor waits at the start of the line, so that typed text does not wrap, and so that after narrowing the
 * terminal, which may split the line in two, erasing starts in the right place.
 */
import { Writable } from 'node:stream';
import type { Context } from './context.js';

const ERASE = '\r\u001b[J';
/** Turns off line wrapping while drawing, because the terminal may just have become narrower. */
const place = (text: string) => `\u001b[?7l${text}\u001b[?7h\u001b[J\r`;

export class StatusLine {
  /** Use these instead of the process's streams. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly #terminal: Writable;
  #shown = '';
  /** Whether the cursor is at the start of a line. After a question nothing is drawn. */
  #isFree = true;

  constructor({ stdout, stderr }: Pick<Context, 'stdout' | 'stderr'>) {
    this.#terminal = stderr;
    this.stdout = createStream((chunk) => {
      this.erase();
      stdout.write(chunk);
    });
    this.stderr = createStream((chunk) => this.#writeAbove(chunk));
  }

  /** Call after a prompt was answered: the answer ended the line. */
  begin(): void {
    this.#isFree = true;
  }

  /** @param text one line without line end, narrower than the terminal. */
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

  /** Writes once, to avoid flicker. */
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

/** Returns undefined if nothing can be drawn: no terminal, a dumb terminal, or a CI system. */
export function openStatusLine({ stdout, stderr, terminal, env, halt }: Context): StatusLine | undefined {
  const isLogged = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  if (!terminal.stderr || env.TERM === 'dumb' || isLogged) return undefined;
  const statusLine = new StatusLine({ stdout, stderr });
  halt.addEventListener('abort', () => statusLine.erase(), { once: true });
  return statusLine;
}

/** Writes immediately, so that the output of both streams stays in order. */
function createStream(write: (chunk: string | Uint8Array) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      write(chunk);
      done();
    },
  });
}
