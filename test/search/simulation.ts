/**
 * Virtual time for everything that a search runs: whenever all of it waits, the clock jumps to the next instant at
 * which something wakes. `Date` follows, because the SDK signs with it.
 */
/** Turns of the event loop after which what could go on has gone on. */
const SETTLED_AFTER = 2;
/** Turns of the event loop without anything to wait for. */
const STALLED_AFTER = 1_000_000;

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
  /** Looks on while others work: for it alone no time passes. */
  readonly onlooker: boolean;
}

export class Simulation {
  /** In ms. */
  time: number;
  #sleepers: Sleeper[] = [];
  #order = 0;

  constructor(start: Date) {
    this.time = start.getTime();
  }

  readonly now = (): Date => new Date(this.time);

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      this.#push(milliseconds, wake, false);
    });

  readonly every = (milliseconds: number, act: () => void): (() => void) => {
    let cancelled = false;
    const again = () => {
      if (cancelled) return;
      this.#push(milliseconds, again, true);
      act();
    };
    this.#push(milliseconds, () => again(), true);
    return () => {
      cancelled = true;
    };
  };

  /** Lets time pass while nothing runs. */
  advance(milliseconds: number): void {
    this.#sleepers = [];
    this.time += milliseconds;
  }

  /** Lets time pass until the work is done. Throws where it never would be. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const finished = work.finally(() => {
      settled = true;
    });
    finished.catch(() => undefined);
    const RealDate = globalThis.Date;
    globalThis.Date = this.#dateOf(RealDate);
    try {
      for (let turns = 0; !settled; turns += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (isReadingFiles()) turns = 0;
        if (settled || turns < SETTLED_AFTER) continue;
        if (this.#wakeNext()) turns = 0;
        else if (turns > STALLED_AFTER) throw new Error('the run hangs: it waits for nothing that will come');
      }
    } finally {
      globalThis.Date = RealDate;
    }
    return finished;
  }

  #push(milliseconds: number, wake: () => void, onlooker: boolean): void {
    this.#order += 1;
    this.#sleepers.push({ at: this.time + Math.max(0, milliseconds), order: this.#order, wake, onlooker });
  }

  #wakeNext(): boolean {
    let next = this.#sleepers[0];
    if (next === undefined || this.#sleepers.every(({ onlooker }) => onlooker)) return false;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at < next.at || (sleeper.at === next.at && sleeper.order < next.order)) next = sleeper;
    }
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
    this.time = Math.max(this.time, next.at);
    next.wake();
    return true;
  }

  #dateOf(RealDate: DateConstructor): DateConstructor {
    const now = () => this.time;
    return new Proxy(RealDate, {
      construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
      get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
    });
  }
}

/** Files are read in real time: the clock must not jump while they are. */
function isReadingFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => /Req|Handle|Job|^ProcessWrap/.test(name));
}
