/** `receipt`: the evidence in a journal, as a document that can be signed. */
import { commandLine } from '../core/base/command-line.js';
import { createRedact, knownOfReceipt } from '../core/cli/redact.js';
import { checkTarget, type ReceiptFormat, writeTarget } from '../files/io/target.js';
import { readFileBytes } from '../files/io/text-file.js';
import { JOURNAL_LIMITS } from '../files/journal/journal-storage.js';
import { readReceipt } from '../files/plan/receipt-source.js';
import { createRunVerifier } from '../signing/run.js';
import { requireRole } from '../signing/trust.js';
import { describeTorn } from '../views/apply/receipt-markdown.js';
import type { AwsHost } from './host.js';
import { readTrust, type TrustFlags, trustWords } from './inputs.js';
import { type KeyFlags, openKey } from './key-options.js';
import { RECEIPT_FORMATS } from './receipt-formats.js';

export interface ReceiptFlags extends TrustFlags, KeyFlags {
  readonly journal: string;
  readonly redact: boolean;
  readonly out: string | undefined;
}

export async function runReceipt(flags: ReceiptFlags, format: ReceiptFormat, host: AwsHost): Promise<number> {
  const { redact: redacted } = flags;
  const kind = `receipt in ${format}` as const;
  if (redacted) host.mask = createRedact();
  const out = flags.out === undefined ? undefined : host.resolvePath(flags.out);
  if (out !== undefined) await checkTarget(out, kind);
  const { trust, trustFile } = await readTrust(flags, flags.journal, host.context);
  const now = host.context.clock.now();
  const key = flags.key === undefined ? undefined : await openKey(flags, host);
  if (key !== undefined) requireRole(trust, key.publicKey, 'operator', { trustFile: trustFile.path, now });
  const verifyRun = createRunVerifier(trust, trustFile.path, now);
  // Without the lock: a run may be at work on it.
  const lines = await readFileBytes(host.resolvePath(flags.journal), JOURNAL_LIMITS);
  const receipt = readReceipt(lines, flags.journal, verifyRun);
  if (redacted) host.mask = createRedact(knownOfReceipt(receipt));
  const content = await RECEIPT_FORMATS[format]({ receipt: host.mask(receipt), redacted, key });
  const { journal, totals } = receipt;
  if (journal.tornBytes > 0) host.tell([[describeTorn(journal.tornBytes)]]);
  if (out === undefined || flags.out === undefined) {
    host.print(content);
    return 0;
  }
  await writeTarget(out, kind, content);
  if (host.json) host.printJson('receipt-written', { path: flags.out, format, journal, totals });
  else host.tell([[`The receipt is in "${flags.out}".`]]);
  if (key !== undefined) {
    const from = ['--journal', flags.journal] as const;
    const check = commandLine('rootsweep', 'verify', { file: flags.out }, ...trustWords(flags), from);
    host.tellNext(`run: ${check}`);
  }
  return 0;
}
