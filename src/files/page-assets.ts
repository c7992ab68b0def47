/** The style and the script of HTML reports, which the build put beside this program. */
import { readFile } from 'node:fs/promises';

const FOLDER = new URL('../page/', import.meta.url);

export async function readPageStyle(): Promise<string> {
  return readFile(new URL('page.css', FOLDER), 'utf8');
}

export async function readPageScript(): Promise<string> {
  return readFile(new URL('plan.js', FOLDER), 'utf8');
}
