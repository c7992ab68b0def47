/** The default folder for a user's own files: the XDG folder, which a pull request cannot change. */
import { isAbsolute, join } from 'node:path';
import { RootsweepError } from '../../errors.js';

interface Folders {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

/**
 * The user's configuration folder for rootsweep. An empty XDG_CONFIG_HOME counts as unset, as the XDG Base Directory
 * Specification requires. A relative path is rejected, because it would depend on the current checkout.
 * @throws RootsweepError CONFIG_FOLDER_INVALID
 */
export function configFolder({ env, homeFolder }: Folders): string {
  const base = env.XDG_CONFIG_HOME ?? '';
  if (base !== '') {
    if (isAbsolute(base)) return join(base, 'rootsweep');
    throw new RootsweepError('CONFIG_FOLDER_INVALID', `XDG_CONFIG_HOME is not an absolute path: "${base}"`, {
      hint: 'set XDG_CONFIG_HOME to an absolute path, or unset it to use the folder .config of your home folder',
    });
  }
  if (isAbsolute(homeFolder)) return join(homeFolder, '.config', 'rootsweep');
  const what =
    homeFolder === ''
      ? 'there is no home folder: HOME is empty'
      : `the home folder is not an absolute path: "${homeFolder}"`;
  throw new RootsweepError('CONFIG_FOLDER_INVALID', what, {
    hint: 'set HOME to the absolute path of your home folder, or XDG_CONFIG_HOME to that of your configuration',
  });
}
