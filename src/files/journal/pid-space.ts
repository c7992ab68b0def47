/**
 * Identifies the set of process ids that a PID belongs to: host names alone do not distinguish machines or containers.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** The machine id and PID namespace, as far as the system has them (Linux does). */
export function readPidSpace(): string | undefined {
  const parts = [
    read(() => readFileSync('/etc/machine-id', 'utf8').trim()) ?? readHardwareAddress(),
    // Two containers with the same host name do not see each other's processes.
    read(() => readlinkSync('/proc/self/ns/pid')),
  ].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** The MAC address of the first network interface, for systems without a machine id. */
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
