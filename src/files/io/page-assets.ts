/** The style and script of HTML reports, created by the build. */
import { readFile } from 'node:fs/promises';

export async function readPageStyle(): Promise<string> {
  return readFile(new URL(import.meta.resolve('#dist/page/page.css')), 'utf8');
}

export async function readPageScript(): Promise<string> {
  return readFile(new URL(import.meta.resolve('#dist/page/plan.js')), 'utf8');
}
