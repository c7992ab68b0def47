import { join } from 'node:path';
import { Command, Option } from 'clipanion';
import { ROLES } from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';
import { type Line, renderLines } from '../views/format/lines.js';
import { AwsCommand, PASSPHRASE_FD } from './command.js';
import { chooseRoles } from './trust.js';

export class KeygenCommand extends AwsCommand {
  static override paths = [['keygen']];
  static override choices = { '--role': ROLES };
  static override usage = Command.Usage({
    category: 'Keys',
    description: 'Make an Ed25519 signing key and print the line for the trust file',
    details: `
      With --from, no key is made: the line is that of a key that is there already, in a file, an SSH agent or KMS. Of
      an SSH key the .pub file is enough; KMS is asked for the public key.
    `,
    examples: [
      ['A key in the configuration folder', 'rootsweep keygen --name platform-planner'],
      ['A key elsewhere', 'rootsweep keygen --out planner.pem --name platform-planner'],
      ["The line of a reviewer's SSH key", 'rootsweep keygen --from ~/.ssh/id_ed25519.pub --name ada'],
      [
        'The line of a key in KMS that signs plans',
        'rootsweep keygen --from awskms:alias/plans --name pipeline --role planner',
      ],
    ],
  });

  out = Option.String('--out', { description: 'File of the private key, which must not exist yet' });
  name = Option.String('--name', 'planner', { description: 'Name of the key in the trust file' });
  role = Option.Array('--role', {
    description: `What the key may sign: ${ROLES.join(', ')} (repeat for more; default planner and operator, with --from approver)`,
  });
  from = Option.String('--from', {
    description: 'Print the line of this key, and make none: what --key takes elsewhere, or a .pub file',
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });

  protected async run(): Promise<number> {
    if (this.from !== undefined) return this.printLineOf(this.from);
    if (this.passphraseFd !== undefined) {
      throw new RootsweepError(
        'USAGE',
        '--passphrase-fd is for a key that --from names; a new key has none',
        {
          hint: 'leave it out, and encrypt the key with: openssl pkcs8 -topk8 -in KEY -out ENCRYPTED',
        },
      );
    }
    const { generateKey } = await import('../signing/ed25519.js');
    const { writeNewFile } = await import('../files/io/text-file.js');
    const { configFolder } = await import('../files/keys/config-folder.js');
    const path =
      this.out === undefined
        ? join(configFolder(this.context), 'signing-key.pem')
        : this.resolvePath(this.out);
    const { privatePem, publicKey } = generateKey();
    const lines = await this.writeLines(publicKey);
    await writeNewFile(path, privatePem, 0o600);
    if (this.json) this.printJson('key-made', { path, name: this.name, publicKey });
    else {
      this.tell([[`The private key is in "${path}"; keep it there.`]]);
      this.printLines(lines);
    }
    return 0;
  }

  private async printLineOf(from: string): Promise<number> {
    if (this.out !== undefined) {
      throw new RootsweepError('USAGE', '--out is for a new key, and --from names one that exists', {
        hint: 'leave one of them out',
      });
    }
    const { readPublicKey } = await import('../runs/key-options.js');
    const { text } = await readPublicKey({ key: from, passphraseFd: this.passphraseFd }, this);
    const lines = await this.writeLines(text);
    if (this.json) this.printJson('key-read', { name: this.name, publicKey: text });
    else this.printLines(lines);
    return 0;
  }

  private printLines(lines: readonly Line[]): void {
    this.tell([['Add this to the keys of trust.yaml, or run "rootsweep trust add":'], []]);
    this.print(lines);
  }

  /**
   * What the trust file is to say of a key.
   * @throws RootsweepError USAGE for a name that no trust file takes, or that would print as another.
   */
  private async writeLines(publicKey: string): Promise<Line[]> {
    const { checkKeyName } = await import('../runs/key-options.js');
    const { quoteVisibly } = await import('../core/base/text.js');
    const roles = chooseRoles(
      this.role ?? (this.from === undefined ? ['planner', 'operator'] : ['approver']),
    );
    const lines = [
      [`  - name: ${quoteVisibly(this.name)}`],
      [`    publicKey: ${publicKey}`],
      [`    roles: [${roles.join(', ')}]`],
    ];
    const trust = `version: 1\nthreshold: { planner: 1 }\nkeys:\n${renderLines(lines, false)}`;
    checkKeyName(this.name, trust);
    return lines;
  }
}
