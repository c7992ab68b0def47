/**
 * Loads all of rootsweep. Commands load most of it when they are called, and to load a module takes real time that
 * nobody can wait for in virtual time: the clock would jump, in the first cases only, by as much as the machine is busy.
 */
import { readdirSync } from 'node:fs';

const SOURCE = new URL('../../src/', import.meta.url);

export async function warmUp(): Promise<void> {
  const files = readdirSync(SOURCE, { recursive: true }) as string[];
  // `bin.js` is where the process begins: it would start. What is below `page` runs in a browser.
  const modules = files.filter(
    (file) => file.endsWith('.js') && file !== 'bin.js' && !file.startsWith('page'),
  );
  await Promise.all(modules.map((file) => import(new URL(file.replaceAll('\\', '/'), SOURCE).href)));
}
