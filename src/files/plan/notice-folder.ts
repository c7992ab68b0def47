/** Writes the notices to a new folder: all of them or nothing. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootsweepError } from '../../errors.js';
import { exists, explain } from '../io/text-file.js';

/**
 * Checks the folder before AWS is called.
 * @throws RootsweepError FILE_EXISTS, FILE_UNWRITABLE
 */
export async function checkNoticeFolder(folder: string): Promise<void> {
  await refuseExisting(folder);
  const parent = dirname(folder);
  await access(parent).catch((error: unknown) => {
    throw explain(error, 'FILE_UNWRITABLE', `cannot write to "${folder}"`);
  });
}

async function refuseExisting(folder: string): Promise<void> {
  if (!(await exists(folder))) return;
  throw new RootsweepError('FILE_EXISTS', `cannot write to "${folder}": it exists already`, {
    hint: 'rootsweep never overwrites it; move it away or choose another name',
  });
}

/**
 * @param files contents by name.
 * @throws RootsweepError FILE_EXISTS, FILE_UNWRITABLE
 */
export async function writeNoticeFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const temporary = join(dirname(folder), `.${randomUUID()}.tmp`);
  try {
    await refuseExisting(folder);
    await mkdir(temporary, { mode: 0o755 });
    for (const [name, content] of files) await writeFile(join(temporary, name), content, { flag: 'wx' });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw explain(error, 'FILE_UNWRITABLE', `cannot write to "${folder}"`);
  }
}
