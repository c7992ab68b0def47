import { join } from 'node:path';
import { Command, Option } from 'clipanion';
import { RootsweepError } from '../errors.js';
import { renderLines } from '../views/lines.js';
import { RootsweepCommand } from './command.js';

export class KeygenCommand extends RootsweepCommand {
  static override paths = [['keygen']];
  static override usage = Command.Usage({
    category: 'Keys',
    description: 'Make an Ed25519 signing key and print the line for the trust file',
    examples: [
      ['A key in the configuration folder', 'rootsweep keygen --name platform-planner'],
      ['A key elsewhere', 'rootsweep keygen --out planner.pem --name platform-planner'],
    ],
  });

  out = Option.String('--out', { description: 'File of the private key, which must not exist yet' });
  name = Option.String('--name', 'planner', { description: 'Name of the key in the trust file' });

  protected async run(): Promise<number> {
    const { generateKey } = await import('../signing/ed25519.js');
    const { writeNewFile } = await import('../files/text-file.js');
    const { parseTrust } = await import('../files/trust.js');
    const { quoteVisibly } = await import('../core/text.js');
    const { configFolder } = await import('./inputs.js');
    const path =
      this.out === undefined
        ? join(configFolder(this.context), 'signing-key.pem')
        : this.resolvePath(this.out);
    const { privatePem, publicKey } = generateKey();
    const lines = [[`  - name: ${quoteVisibly(this.name)}`], [`    publicKey: ${publicKey}`]];
    // A name that no trust file takes, or that would print as another, is refused before anything is written.
    try {
      parseTrust(`version: 1\nthreshold: 1\nkeys:\n${renderLines(lines, false)}`, 'trust.yaml');
    } catch (cause) {
      throw new RootsweepError('USAGE', `--name ${quoteVisibly(this.name)} cannot stand in a trust file`, {
        hint: 'use letters, digits and hyphens, at most 100, for example: --name platform-planner',
        cause,
      });
    }
    await writeNewFile(path, privatePem, 0o600);
    if (this.json) {
      this.printJson('key-made', { path, name: this.name, publicKey });
      return 0;
    }
    this.tell([
      [`The private key is in "${path}"; keep it there.`],
      ['Add this to the keys of trust.yaml:'],
      [],
    ]);
    this.print(lines);
    return 0;
  }
}
