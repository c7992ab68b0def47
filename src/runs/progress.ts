/** Shows how far a command has come: drawn on a terminal, and told in a line every ten seconds elsewhere. */
import type { Context } from '../context.js';
import type { StatusLine } from '../status-line.js';
import { renderProgress, renderStatus } from '../views/apply/progress.js';
import {
  beginPhase,
  foldProgress,
  type Phase,
  type ProgressEvent,
  type ProgressState,
} from '../views/apply/progress-state.js';
import type { Line } from '../views/format/lines.js';

const DRAWN_EVERY = 100;
const TOLD_EVERY = 10_000;
/** Where the terminal does not say. */
const USUAL_COLUMNS = 80;

export interface ProgressDisplay {
  /** Absent where nothing is drawn. */
  readonly statusLine: StatusLine | undefined;
  /** One line for the status line, without its end. */
  readonly render: (line: Line) => string;
  readonly tell: (line: Line) => void;
}

export class Progress {
  readonly #context: Pick<Context, 'clock' | 'every' | 'columns' | 'stop'>;
  readonly #display: ProgressDisplay;
  #state: ProgressState | undefined;
  #leave = () => {};

  constructor(context: Pick<Context, 'clock' | 'every' | 'columns' | 'stop'>, display: ProgressDisplay) {
    this.#context = context;
    this.#display = display;
  }

  /** @param of how many there are to do, where that is known. */
  begin(phase: Phase, of?: number): void {
    const before = this.#state;
    this.#state = beginPhase(phase, this.#now(), of, before);
    if (before === undefined) this.#open();
  }

  readonly show = (event: ProgressEvent): void => {
    if (this.#state !== undefined) this.#state = foldProgress(this.#state, event, this.#now());
  };

  /** Before something is asked, and at the end: nothing of it stays. */
  end(): void {
    this.#leave();
    this.#leave = () => {};
    this.#state = undefined;
    this.#display.statusLine?.erase();
  }

  #open(): void {
    const { every, stop } = this.#context;
    const { statusLine } = this.#display;
    statusLine?.begin();
    const cancel =
      statusLine === undefined
        ? every(TOLD_EVERY, () => this.#tell())
        : every(DRAWN_EVERY, () => this.#draw(statusLine));
    const heed = () => {
      this.show({ type: 'stop-asked' });
      // At once: over the beginning of the line, the terminal has written that somebody pressed Ctrl-C.
      if (statusLine !== undefined) this.#draw(statusLine);
    };
    if (stop.aborted) heed();
    stop.addEventListener('abort', heed, { once: true });
    this.#leave = () => {
      cancel();
      stop.removeEventListener('abort', heed);
    };
  }

  #draw(statusLine: StatusLine): void {
    if (this.#state === undefined) return;
    const columns = this.#context.columns() || USUAL_COLUMNS;
    statusLine.draw(this.#display.render(renderStatus(this.#state, this.#now(), columns)));
  }

  #tell(): void {
    if (this.#state !== undefined) this.#display.tell(renderProgress(this.#state, this.#now()));
  }

  #now(): number {
    return this.#context.clock.now().getTime();
  }
}
