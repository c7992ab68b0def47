/** Where a receipt may be written: where nothing is, or in the place of an earlier receipt of the same format. */
import { open } from 'node:fs/promises';
import { namedKind } from '../core/envelope.js';
import { RootsweepError } from '../errors.js';
import { checkWritable, explain } from './text-file.js';

export type ReceiptFormat = 'yaml' | 'json' | 'markdown';

/** Whether a file begins as a receipt does. */
const BEGINS: Readonly<Record<ReceiptFormat, (head: Buffer) => boolean>> = {
  yaml: (head) => namedKind(head) === 'receipt',
  json: (head) => head.toString().startsWith('{"version":1,"type":"receipt",'),
  markdown: (head) => /^# Receipt: (?:root credentials|remedies)\n/.test(head.toString()),
};

/** @throws RootsweepError FILE_UNWRITABLE; USAGE where something else would be lost. */
export async function checkReceiptTarget(path: string, format: ReceiptFormat): Promise<void> {
  await checkWritable(path);
  const head = await readHead(path);
  if (head === undefined || BEGINS[format](head)) return;
  throw new RootsweepError('USAGE', `cannot write "${path}": it exists, and is no receipt in ${format}`, {
    hint: 'rootsweep never overwrites it; move it away or choose another name',
  });
}

/** The first bytes of a file; undefined where there is none. */
async function readHead(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64), position: 0 });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw explain(error, 'FILE_UNREADABLE', `cannot read "${path}"`);
  }
}
