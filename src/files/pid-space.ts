/** Which process ids a process id is one of: host names alone do not tell machines, nor containers, apart. */
import { readFileSync, readlinkSync } from 'node:fs';

/** The machine's id and its set of process ids, as far as the system has them (Linux does). */
export function readPidSpace(): string | undefined {
  const parts = [
    read(() => readFileSync('/etc/machine-id', 'utf8').trim()),
    // Two containers of one host name do not see each other's processes.
    read(() => readlinkSync('/proc/self/ns/pid')),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

function read(from: () => string): string | undefined {
  try {
    return from();
  } catch {
    return undefined;
  }
}
