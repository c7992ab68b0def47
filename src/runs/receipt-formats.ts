/** The formats of `receipt`. */
import type { Receipt } from '../core/apply/receipt.js';
import type { SigningKey } from '../core/signing/key.js';
import type { ReceiptFormat } from '../files/io/target.js';

export interface ShownReceipt {
  readonly receipt: Receipt;
  readonly redacted: boolean;
  /** Signs the YAML form. */
  readonly key: SigningKey | undefined;
}

export const RECEIPT_FORMATS = {
  yaml: async ({ receipt, key }) => {
    const { emitReceipt } = await import('../files/plan/receipt.js');
    const body = emitReceipt(receipt);
    if (key === undefined) return body;
    const { signBody } = await import('../signing/body.js');
    const { encodeEnvelope } = await import('../core/signing/envelope.js');
    return encodeEnvelope({ body, signatures: [await signBody({ role: 'operator' }, body, key)] });
  },
  json: async ({ receipt, redacted }) => {
    const { orderReceipt } = await import('../files/plan/receipt.js');
    const { renderJson } = await import('../views/format/json.js');
    return renderJson('receipt', { redacted, ...orderReceipt(receipt) });
  },
  markdown: async ({ receipt, redacted }) => {
    const { renderReceiptMarkdown } = await import('../views/apply/receipt-markdown.js');
    const { renderLines } = await import('../views/format/lines.js');
    return renderLines(renderReceiptMarkdown(receipt, redacted), false);
  },
} satisfies Record<ReceiptFormat, (shown: ShownReceipt) => Promise<string | Buffer>>;
