/** The version in package.json, which lies two folders above the built file. */
import { createRequire } from 'node:module';

export const VERSION: string = (createRequire(import.meta.url)('../../package.json') as { version: string })
  .version;

export const TOOL = `rootsweep ${VERSION}`;
