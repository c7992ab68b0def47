import { Command, Option } from 'clipanion';
import type { Receipt } from '../core/apply/receipt.js';
import type { SigningKey } from '../core/signing/key.js';
import { RootsweepError } from '../errors.js';
import type { ReceiptFormat } from '../files/io/target.js';
import { trustWords } from '../runs/trust-flags.js';
import { AwsCommand, PASSPHRASE_FD, REDACT } from './command.js';
import { requireFormat } from './format.js';
import { withTrust } from './trust-options.js';

const FORMATS = ['yaml', 'json', 'markdown'] as const satisfies readonly ReceiptFormat[];

export class ReceiptCommand extends withTrust(AwsCommand) {
  static override paths = [['receipt']];
  static override choices = { '--format': FORMATS };
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
  format = Option.String('--format', { description: 'yaml (the default), json or markdown' });
  redact = Option.Boolean('--redact', false, { description: `${REDACT}; of markdown and json` });
  out = Option.String('--out', { description: 'Where to write it, in place of standard output' });
  key = Option.String('--key', {
    description: "Sign the YAML form with this key, which must be an operator's",
  });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });

  protected async run(): Promise<number> {
    const { readReceiptOf } = await import('../runs/receipt-inputs.js');
    const { readTrust } = await import('../runs/inputs.js');
    const { openKey } = await import('../runs/key-options.js');
    const { createRunVerifier } = await import('../signing/run.js');
    const { requireRole } = await import('../signing/trust.js');
    const { checkTarget, writeTarget } = await import('../files/io/target.js');
    const { describeTorn } = await import('../views/apply/receipt-markdown.js');

    const { createRedact, knownOfReceipt } = await import('../core/cli/redact.js');
    if (this.redact) this.mask = createRedact();
    const format = this.chooseFormat();
    const out = this.out === undefined ? undefined : this.resolvePath(this.out);
    if (out !== undefined) await checkTarget(out, `receipt in ${format}`);
    const { trust, trustFile } = await readTrust(this, this.journal, this.context);
    const now = this.context.clock.now();
    const key = this.key === undefined ? undefined : await openKey(this, this);
    if (key !== undefined) requireRole(trust, key.publicKey, 'operator', { trustFile: trustFile.path, now });
    const verifyRun = createRunVerifier(trust, trustFile.path, now);
    const receipt = await readReceiptOf(this.resolvePath(this.journal), this.journal, verifyRun);
    if (this.redact) this.mask = createRedact(knownOfReceipt(receipt));
    const content = await this.renderReceipt(this.mask(receipt), format, key);
    const { journal, totals } = receipt;
    if (journal.tornBytes > 0) this.tell([[describeTorn(journal.tornBytes)]]);
    if (out === undefined) {
      this.context.stdout.write(content);
      return 0;
    }
    await writeTarget(out, `receipt in ${format}`, content);
    if (this.json) this.printJson('receipt-written', { path: this.out, format, journal, totals });
    else this.tell([[`The receipt is in "${this.out}".`]]);
    if (key !== undefined && this.out !== undefined) {
      const { commandLine } = await import('../core/base/command-line.js');
      const check = commandLine('rootsweep', 'verify', { file: this.out }, ...trustWords(this), [
        '--journal',
        this.journal,
      ]);
      this.tellNext(`run: ${check}`);
    }
    return 0;
  }

  private async renderReceipt(
    receipt: Receipt,
    format: ReceiptFormat,
    key: SigningKey | undefined,
  ): Promise<string | Buffer> {
    const { emitReceipt, orderReceipt } = await import('../files/plan/receipt.js');
    const { renderLines } = await import('../views/format/lines.js');
    const { renderJson } = await import('../views/format/json.js');
    const { renderReceiptMarkdown } = await import('../views/apply/receipt-markdown.js');
    const { signBody } = await import('../signing/body.js');
    const { encodeEnvelope } = await import('../core/signing/envelope.js');
    switch (format) {
      case 'json':
        return renderJson('receipt', { redacted: this.redact, ...orderReceipt(receipt) });
      case 'markdown':
        return renderLines(renderReceiptMarkdown(receipt, this.redact), false);
      case 'yaml': {
        const body = emitReceipt(receipt);
        if (key === undefined) return body;
        return encodeEnvelope({ body, signatures: [await signBody({ role: 'operator' }, body, key)] });
      }
    }
  }

  /** `--json` promises objects on standard output: there, nothing else is written. */
  private chooseFormat(): ReceiptFormat {
    const { format: named, json } = this;
    const example = 'rootsweep receipt JOURNAL --format markdown';
    const format = requireFormat({ formats: FORMATS, named, usual: 'yaml', json, example });
    if (this.json && format !== 'json' && this.out === undefined) {
      throw new RootsweepError(
        'USAGE',
        `--json prints JSON, and --format ${format} would print something else`,
        {
          hint: 'leave one of them out, or write to a file with --out FILE',
        },
      );
    }
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
