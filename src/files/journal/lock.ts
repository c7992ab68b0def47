/**
 * Allows one run at a time per journal. The lock is a file beside the journal that names its holder. A killed run
 * leaves it behind; the next run takes it over if the holder is known to be gone, and fails otherwise.
 */
import { makeVisible, quoteVisibly } from '../../core/base/text.js';
import { RootsweepError } from '../../errors.js';
import { explain, hasCode } from '../io/text-file.js';
import type { JournalStorage } from './journal-storage.js';

/** A holder takes at most 3 KiB: an ARN has up to 2,048 characters, a host name up to 255. */
const LOCK_LIMITS = { what: 'lock', maxBytes: 2 ** 16 } as const;

/** The run that holds a lock. */
export interface LockHolder {
  /** UUID of the run. */
  readonly run: string;
  /** ARN of the operator. */
  readonly caller: string;
  readonly host: string;
  readonly pid: number;
  /** See `Context.pidSpace`. */
  readonly pidSpace?: string | undefined;
  /** ISO 8601, UTC. */
  readonly since: string;
}

export interface Lock {
  /** The killed run that still held the lock, if any. */
  readonly takenFrom?: LockHolder;
  readonly release: () => Promise<void>;
}

/**
 * @param isRunning whether a process on this host is running.
 * @throws RootsweepError JOURNAL_LOCKED, FILE_UNWRITABLE, FILE_TOO_LARGE.
 */
export async function acquireLock(
  storage: JournalStorage,
  path: string,
  holder: LockHolder,
  isRunning: (pid: number) => boolean,
): Promise<Lock> {
  const content = `${JSON.stringify(holder)}\n`;
  const create = (name: string) =>
    storage.create(name, content).then(
      () => true,
      (error: unknown) => {
        if (hasCode(error, 'EEXIST')) return false;
        throw explain(error, 'FILE_UNWRITABLE', `cannot write the lock "${name}"`);
      },
    );
  /** Removes only its own lock: the file may have been removed by hand and now belong to another run. */
  const release = async () => {
    if ((await readHolder(storage, path))?.run === holder.run) await storage.remove(path);
  };
  if (await create(path)) return { release };

  const other = await readHolder(storage, path);
  if (other === undefined || !isGone(other, holder, isRunning)) throw locked(path, other);
  // Only the holder of this guard removes a killed run's lock. Otherwise, a second run that has read the old lock could
  // remove the new one. The guard is an ordinary lock and can be taken over the same way.
  const guard = await acquireLock(storage, `${path}.takeover`, holder, isRunning);
  try {
    const still = await readHolder(storage, path);
    if (still?.run !== other.run) throw locked(path, still);
    await storage.remove(path);
    if (!(await create(path))) throw locked(path, await readHolder(storage, path));
    return { takenFrom: other, release };
  } finally {
    await guard.release();
  }
}

/**
 * Whether the holder's process is known to be gone: it ran on this host and in this namespace, and its process id is
 * now unused or this process's own. If host or namespace are unknown, the holder may still be running.
 */
function isGone(other: LockHolder, self: LockHolder, isRunning: (pid: number) => boolean): boolean {
  if (other.host !== self.host || other.pidSpace === undefined || other.pidSpace !== self.pidSpace)
    return false;
  return other.pid === self.pid || !isRunning(other.pid);
}

async function readHolder(storage: JournalStorage, path: string): Promise<LockHolder | undefined> {
  try {
    const value: unknown = JSON.parse(String(await storage.read(path, LOCK_LIMITS)));
    return isHolder(value) ? value : undefined;
  } catch (error) {
    // The file is gone or was torn by a crash; in both cases the holder is unknown.
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw explain(error, 'FILE_UNWRITABLE', `cannot read the lock "${path}"`);
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false;
  const { run, caller, host, pid, since } = value as Partial<Record<keyof LockHolder, unknown>>;
  return [run, caller, host, since].every((it) => typeof it === 'string') && Number.isSafeInteger(pid);
}

function locked(path: string, holder: LockHolder | undefined): RootsweepError {
  const who =
    holder === undefined
      ? 'another run'
      : `${makeVisible(holder.caller)} (process ${holder.pid} on host ${quoteVisibly(holder.host)}, since ${makeVisible(holder.since)})`;
  return new RootsweepError('JOURNAL_LOCKED', `the plan is being applied by ${who}`, {
    hint: `wait until that run has ended; if it was killed, make sure that it is gone, remove "${path}", and run apply again`,
  });
}
