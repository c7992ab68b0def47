/** How far a survey has come: a line every ten seconds, in words, for terminals and logs alike. */
import type { Clock } from '../core/clock.js';
import type { SurveyEvent } from '../workflows/survey.js';
import { dim, type Line } from './lines.js';

const EVERY = 10_000;

export class SurveyProgress {
  readonly #tell: (line: Line) => void;
  readonly #clock: Pick<Clock, 'now'>;
  #nextAt: number;
  #listed = 0;
  #complete = false;
  #audited = 0;

  constructor(tell: (line: Line) => void, clock: Pick<Clock, 'now'>) {
    this.#tell = tell;
    this.#clock = clock;
    this.#nextAt = clock.now().getTime() + EVERY;
  }

  show(event: SurveyEvent): void {
    if (event.type === 'account-audited') {
      this.#audited += 1;
    } else {
      this.#listed = event.accounts;
      this.#complete = event.complete;
    }
    const now = this.#clock.now().getTime();
    if (now < this.#nextAt) return;
    this.#nextAt = now + EVERY;
    this.#tell([
      dim(`${this.#audited} of ${this.#complete ? '' : 'at least '}${this.#listed} accounts audited…`),
    ]);
  }
}
