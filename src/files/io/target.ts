/** Writes documents. Only an earlier document of the same kind is replaced. */
import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { RECEIPT_TITLES } from '../../core/apply/receipt.js';
import { namedKind } from '../../core/signing/envelope.js';
import { RootsweepError } from '../../errors.js';
import { checkWritable, exists, explain, writeFileAtomically } from './text-file.js';

export type ReceiptFormat = 'yaml' | 'json' | 'markdown';
export type Kind = 'plan' | 'approval' | `receipt in ${ReceiptFormat}`;

/** The number of bytes needed to recognize a document. */
const HEAD_BYTES = 64;

/** Recognizes documents by their first bytes, also if git changed their line endings. */
const BEGINS: Readonly<Record<Kind, (head: Buffer) => boolean>> = {
  plan: (head) =>
    namedKind(head) === 'plan' && /\nid: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\r?\n/.test(String(head)),
  approval: (head) => /^signatures:\r?\n {2}- keyid: [0-9a-f]{30}/.test(String(head)),
  'receipt in yaml': (head) => namedKind(head) === 'receipt',
  'receipt in json': (head) => String(head).startsWith('{"version":1,"type":"receipt",'),
  'receipt in markdown': (head) =>
    Object.values(RECEIPT_TITLES).some((title) => String(head).startsWith(`# Receipt: ${title}\n`)),
};

/**
 * Checks before a long run that its result can be written at the end.
 * @throws RootsweepError FILE_UNWRITABLE; FILE_EXISTS if another file would be lost.
 */
export async function checkTarget(path: string, kind: Kind): Promise<void> {
  await checkWritable(path);
  await refuseOther(path, kind);
}

/**
 * Writes a document atomically. Checks the path again, because it may have changed since `checkTarget`. Replaces a link,
 * not the file that it leads to.
 * @throws RootsweepError like `checkTarget`.
 */
export async function writeTarget(path: string, kind: Kind, content: string | Uint8Array): Promise<void> {
  await refuseOther(path, kind);
  await writeFileAtomically(path, content);
}

async function refuseOther(path: string, kind: Kind): Promise<void> {
  if (!(await exists(path))) return;
  await refuseDanglingLink(path);
  if (BEGINS[kind](await readHead(path))) return;
  throw new RootsweepError('FILE_EXISTS', `cannot write "${path}": it exists, and is no ${kind}`, {
    hint: 'rootsweep never overwrites it; move it away or choose another name',
  });
}

async function refuseDanglingLink(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isSymbolicLink()) await realpath(path);
  } catch (cause) {
    throw new RootsweepError('FILE_EXISTS', `cannot write "${path}": it is a link that leads to no file`, {
      hint: 'rootsweep never overwrites it; remove the link or choose another name',
      cause,
    });
  }
}

/** The first bytes of a file. Does not block on a pipe. */
async function readHead(path: string): Promise<Buffer> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_BYTES), position: 0 });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explain(error, 'FILE_UNREADABLE', `cannot read "${path}"`);
  }
}
