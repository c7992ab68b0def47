/** The trust file that a command changes or shows: the same that every command reads. */
import type { Context } from '../context.js';
import { RootsweepError } from '../errors.js';
import {
  decodeUtf8,
  followLinks,
  readFileBytes,
  writeFileAtomically,
  writeNewFile,
} from '../files/io/text-file.js';
import { locateTrust, type TrustLocation } from './inputs.js';

const LIMITS = { what: 'trust file', maxBytes: 2 ** 20 } as const;
/** Others may read it, and not write: what they could write would not be believed. */
const MODE = 0o644;

/** @throws RootsweepError FILE_NOT_FOUND, and what reading gives. */
export async function readTrustToEdit(
  flag: string | undefined,
  context: Context,
): Promise<TrustLocation & { readonly text: string }> {
  const target = locateTrust(flag, context);
  return { ...target, text: decodeUtf8(await readFileBytes(target.path, LIMITS), target.shown, LIMITS.what) };
}

/**
 * @param change the text of the file, undefined where there is none, to its new text.
 * @returns the path of the file, as it is shown.
 */
export async function editTrust(
  flag: string | undefined,
  context: Context,
  change: (text: string | undefined, shown: string) => string,
): Promise<string> {
  const { path, shown } = locateTrust(flag, context);
  const text = await readTrustToEdit(flag, context).then(
    (read) => read.text,
    (error: unknown) => {
      if (error instanceof RootsweepError && error.code === 'FILE_NOT_FOUND') return undefined;
      throw error;
    },
  );
  const changed = change(text, shown);
  if (text === undefined) await writeNewFile(path, changed, MODE);
  // A link stays one.
  else await writeFileAtomically(await followLinks(path), changed);
  return shown;
}
