import { Command, Option } from 'clipanion';
import { RootsweepError } from '../errors.js';
import type { ReceiptFormat } from '../files/io/target.js';
import { RECEIPT_FORMATS } from '../runs/receipt-formats.js';
import { AwsCommand, PASSPHRASE_FD, REDACT, withTrust } from './command.js';
import { contradiction, formatFlag, listWords } from './format.js';

const FORMAT = formatFlag(RECEIPT_FORMATS, {
  example: 'rootsweep receipt JOURNAL --format markdown',
  describe: ([usual, ...others]) => listWords([`${usual} (the default)`, ...others]),
});

export class ReceiptCommand extends withTrust(AwsCommand) {
  static override paths = [['receipt']];
  static override choices = { '--format': FORMAT.formats };
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description: 'Write the evidence in a journal: who did what, when, on whose word, and what was proven',
    details: `
      Calls nobody and changes nothing. Every run in the journal must be signed by an operator that the trust file
      names. The YAML form can be signed, by such an operator; "rootsweep verify" checks it. What the journal does not
      prove is not claimed: a deletion that no look confirmed is "not-proven".
    `,
    examples: [
      ['For people', 'rootsweep receipt prod.plan.0a1b2c3d4e5f.journal.jsonl --format markdown'],
      [
        'Signed',
        'rootsweep receipt prod.plan.0a1b2c3d4e5f.journal.jsonl --key operator.pem --out prod.receipt.yaml',
      ],
    ],
  });

  journal = Option.String({ name: 'JOURNAL' });
  format = FORMAT.option();
  redact = Option.Boolean('--redact', false, { description: `${REDACT}; of markdown and json` });
  out = Option.String('--out', { description: 'Where to write it, in place of standard output' });
  key = Option.String('--key', {
    description: "Sign the YAML form with this key, which must be an operator's",
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });

  protected async run(): Promise<number> {
    const format = this.chooseFormat();
    const { runReceipt } = await import('../runs/receipt.js');
    return runReceipt(this, format, this);
  }

  private chooseFormat(): ReceiptFormat {
    const format = FORMAT.parse(this);
    if (this.json && format !== 'json' && this.out === undefined)
      throw contradiction(format, 'leave one of them out, or write to a file with --out FILE');
    if (this.redact && format === 'yaml') {
      throw new RootsweepError('USAGE', 'a receipt in YAML is evidence, and cannot be redacted', {
        hint: 'pass --format markdown or --format json',
      });
    }
    if (this.key !== undefined && format !== 'yaml') {
      throw new RootsweepError('USAGE', `--key signs the YAML form only, and the format is ${format}`, {
        hint: 'pass --format yaml with --key, and make the other form without it',
      });
    }
    // The same to the end, errors included.
    this.json ||= format === 'json';
    return format;
  }
}
