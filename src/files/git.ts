/** What git knows of a file, for the record: a plan names the commit that its policy came from. */
import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The commit that is checked out where the file lies, if the file is in it, unchanged. Undefined where there is no
 * git, no repository, or where the commit would be a wrong name for the file's content.
 */
export async function findCommit(path: string): Promise<string | undefined> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: dirname(path) })).stdout.trim();
  try {
    await git('ls-files', '--error-unmatch', '--', basename(path));
    const changed = await git('status', '--porcelain', '--', basename(path));
    return changed === '' ? await git('rev-parse', 'HEAD') : undefined;
  } catch {
    // Not an error: the commit is additional information, and its absence is shown as absence.
    return undefined;
  }
}
