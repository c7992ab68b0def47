/** The style and the script of HTML reports, which the build put beside this program. */
import { readFile } from 'node:fs/promises';

export async function readPageStyle(): Promise<string> {
  return readFile(new URL(import.meta.resolve('#dist/page/page.css')), 'utf8');
}

export async function readPageScript(): Promise<string> {
  return readFile(new URL(import.meta.resolve('#dist/page/plan.js')), 'utf8');
}
