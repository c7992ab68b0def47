#!/usr/bin/env node
/** Entry point. Answers what needs no command before any command is loaded. */
import { readBuiltHelp } from './files/io/built-help.js';
import { ignoreBrokenPipe } from './ignore-broken-pipe.js';
import { VERSION } from './version.js';

ignoreBrokenPipe(process.stdout);
const argv = process.argv.slice(2);
const known = argv.length === 1 ? answerAtOnce(argv[0]) : undefined;
if (known === undefined) await (await import('./process.js')).runProcess(argv);
else process.stdout.write(known);

/** Returns the same output as the commands would print. */
function answerAtOnce(flag: string | undefined): string | undefined {
  switch (flag) {
    case '--version':
      return `${VERSION}\n`;
    case '--help':
      return readBuiltHelp();
    default:
      return undefined;
  }
}
