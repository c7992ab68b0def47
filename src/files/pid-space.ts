/** Which process ids a process id is one of: host names alone do not tell machines, nor containers, apart. */
import { readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** The machine's id and its set of process ids, as far as the system has them (Linux does). */
export function readPidSpace(): string | undefined {
  const parts = [
    read(() => readFileSync('/etc/machine-id', 'utf8').trim()) ?? readHardwareAddress(),
    // Two containers of one host name do not see each other's processes.
    read(() => readlinkSync('/proc/self/ns/pid')),
  ].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** Of the first network interface: where a system has no id of its own, this one is as good. */
function readHardwareAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces())
    .flatMap((them) => them ?? [])
    .filter(({ internal, mac }) => !internal && mac !== '00:00:00:00:00:00')
    .map(({ mac }) => mac)
    .sort();
  return addresses[0];
}

function read(from: () => string): string | undefined {
  try {
    return from();
  } catch {
    return undefined;
  }
}
