/**
 * The bytes of a signed file, a plan or a receipt: a body, a line `---`, and signatures over exactly the bytes of
 * the body.
 *
 *     version: 1
 *     …
 *     ---
 *     signatures:
 *       - keyid: 64 hex digits
 *         role: planner (approver, witness; of a receipt: operator)
 *         at: 2026-11-23T09:00:00Z (of an approver or a witness)
 *         algorithm: ed25519
 *         signature: base64
 *
 * The file is YAML, but nothing here parses YAML: signatures are found and checked on bytes, by a grammar with one
 * spelling for each value, before any parser sees untrusted input.
 */
import { createHash } from 'node:crypto';
import { RootsweepError } from '../../errors.js';
import { ALGORITHMS, type Algorithm } from './key.js';
import type { Role } from './trust.js';

/** What a signature states. The signature covers all of it, so that it counts for no other role or time. */
export type Claim =
  | { readonly role: 'planner' | 'operator' }
  /** `at` is when it was signed: ISO 8601, UTC, to the second. */
  | { readonly role: 'approver' | 'witness'; readonly at: string };

/** One signature. `keyid` is the SHA-256 of the public key's SPKI DER in hex, `signature` is base64. */
export type Signature = Claim & {
  readonly keyid: string;
  readonly algorithm: Algorithm;
  readonly signature: string;
};

export interface Envelope {
  readonly body: Buffer;
  readonly signatures: readonly Signature[];
}

export type DocumentKind = 'plan' | 'receipt';

const PAYLOAD_TYPES: Readonly<Record<Role, string>> = {
  planner: 'application/vnd.rootsweep.plan+yaml',
  approver: 'application/vnd.rootsweep.plan.approval+yaml',
  witness: 'application/vnd.rootsweep.plan.witness+yaml',
  operator: 'application/vnd.rootsweep.receipt+yaml',
};

/** DSSE's payload type: it holds the role and the time, so that the signature covers them. */
export function payloadType(claim: Claim): string {
  const type = PAYLOAD_TYPES[claim.role];
  return 'at' in claim ? `${type}; at=${claim.at}` : type;
}

/** For journals: the operator signs the head of a run, and the run's key signs each record. */
export const JOURNAL_PAYLOAD_TYPES = {
  run: 'application/vnd.rootsweep.run+json',
  record: 'application/vnd.rootsweep.record+json',
} as const;

/** The SSH namespace of an operator's signature on the head of a run. */
export const RUN_NAMESPACE = 'rootsweep-run';

/** The SSH namespaces of signatures in each role. */
export const NAMESPACES: Readonly<Record<Role, string>> = {
  planner: 'rootsweep-plan',
  approver: 'rootsweep-plan',
  witness: 'rootsweep-plan',
  operator: 'rootsweep-receipt',
};

/** The words of errors about each kind of file. */
const ERROR_WORDS = {
  plan: {
    code: 'PLAN',
    whole: 'only a file that "rootsweep plan" wrote can be used; is it cut off, or not a plan at all?',
    again: 'plan again',
    sign: 'write the plan with "rootsweep plan --key KEY"',
  },
  receipt: {
    code: 'RECEIPT',
    whole: 'write the receipt with "rootsweep receipt JOURNAL --key KEY"',
    again: 'write the receipt again',
    sign: 'write the receipt with "rootsweep receipt JOURNAL --key KEY"',
  },
} as const;

/** How the bodies begin, also after an editor or git changed invisible characters. */
const BEGINNINGS: Readonly<Record<DocumentKind, RegExp>> = {
  plan: /^(?:\xef\xbb\xbf)?version: \d+\r?\nid: /,
  receipt: /^(?:\xef\xbb\xbf)?type: receipt\r?(?:\n|$)/,
};

const SEPARATOR = Buffer.from('\n---\n');
const entryOf = (claim: string) =>
  new RegExp(
    String.raw` {2}- keyid: (?<keyid>[0-9a-f]{64})\n {4}role: (?:${claim}) {4}algorithm: (?<algorithm>${ALGORITHMS.join('|')})\n {4}signature: (?<signature>[A-Za-z0-9+/]+={0,2})\n`,
    'y',
  );
const ENTRIES: Readonly<Record<DocumentKind, RegExp>> = {
  plan: entryOf(
    String.raw`(?<role>planner)\n|(?<timed>approver|witness)\n {4}at: (?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n`,
  ),
  receipt: entryOf(String.raw`(?<role>operator)\n`),
};
const HEADING = 'signatures:\n';

/**
 * The bytes that are signed: DSSE's pre-authentication encoding, version 1, which frames type and body by length.
 * Source: github.com/secure-systems-lab/dsse, protocol.md.
 */
export function encodePae(payloadType: string, body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.byteLength} `),
    body,
  ]);
}

/** The digest that identifies a plan: SHA-256 of its body, in hex. */
export function digestBody(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

export function encodeEnvelope({ body, signatures }: Envelope): Buffer {
  return Buffer.concat([body, Buffer.from('---\n'), encodeSignatures(signatures)]);
}

/** The signature section: after a body, or as a file of its own. */
export function encodeSignatures(signatures: readonly Signature[]): Buffer {
  const entries = signatures.map(({ keyid, algorithm, signature, ...claim }) => {
    const at = 'at' in claim ? `    at: ${claim.at}\n` : '';
    return `  - keyid: ${keyid}\n    role: ${claim.role}\n${at}    algorithm: ${algorithm}\n    signature: ${signature}\n`;
  });
  return Buffer.from(`${HEADING}${entries.join('')}`);
}

/**
 * Decodes a file that holds only signatures of a plan.
 * @throws RootsweepError PLAN_ENCODING and PLAN_INVALID, as `decodeEnvelope`.
 */
export function decodeSignatures(file: Buffer, fileName: string): Signature[] {
  refuseForeignBytes(file, fileName, 'plan', 'approval');
  const signatures = parseSignatures(file.toString('latin1'), 'plan');
  if (signatures !== undefined && signatures.length > 0) return signatures;
  throw new RootsweepError('PLAN_INVALID', `"${fileName}" holds no signatures that rootsweep wrote`, {
    hint: 'remove it, and approve again with: rootsweep approve PLAN --key KEY --detached',
  });
}

/** What kind of file its first lines claim. Signatures of another kind do not verify. */
export function namedKind(file: Buffer): DocumentKind | undefined {
  const beginning = file.subarray(0, 64).toString('latin1');
  return (['plan', 'receipt'] as const).find((kind) => BEGINNINGS[kind].test(beginning));
}

/**
 * Splits a signed file. Verifies nothing.
 * @throws RootsweepError PLAN_ENCODING if an editor or git changed line endings or cut the end off,
 *   PLAN_SIGNATURE_MISSING without a signature, PLAN_INVALID for anything else that is not a plan file; for a receipt
 *   RECEIPT_ENCODING, RECEIPT_SIGNATURE_MISSING and RECEIPT_INVALID.
 */
export function decodeEnvelope(file: Buffer, fileName: string, kind: DocumentKind = 'plan'): Envelope {
  const { code, whole, again, sign } = ERROR_WORDS[kind];
  const named = namedKind(file) ?? kind;
  if (named !== kind) {
    throw new RootsweepError(`${code}_INVALID`, `"${fileName}" is a ${named}, and no ${kind}`, {
      hint: `name the file that "rootsweep ${kind}" wrote`,
    });
  }
  refuseForeignBytes(file, fileName, kind);
  const at = file.indexOf(SEPARATOR);
  if (at < 0) {
    throw new RootsweepError(`${code}_SIGNATURE_MISSING`, `"${fileName}" carries no signature`, {
      hint: whole,
    });
  }
  const body = file.subarray(0, at + 1);
  const signatures = parseSignatures(file.subarray(at + SEPARATOR.length).toString('latin1'), kind);
  if (signatures === undefined) {
    const message = `"${fileName}" has a signature section that rootsweep did not write`;
    throw new RootsweepError(`${code}_INVALID`, message, {
      hint: `the section after "---" holds only "signatures:" and its entries; ${again}`,
    });
  }
  if (signatures.length === 0) {
    throw new RootsweepError(`${code}_SIGNATURE_MISSING`, `"${fileName}" carries no signature`, {
      hint: sign,
    });
  }
  return { body, signatures };
}

/** @param ending of the names of such files, before `.yaml`. */
function refuseForeignBytes(file: Buffer, fileName: string, kind: DocumentKind, ending: string = kind): void {
  const code = `${ERROR_WORDS[kind].code}_ENCODING` as const;
  if (file.includes(0x0d)) {
    throw new RootsweepError(code, `"${fileName}" has CRLF line endings, so its signatures cannot fit`, {
      hint: `git's core.autocrlf does this; add "*.${ending}.yaml -text" to .gitattributes and check the file out again`,
    });
  }
  if (file.length > 0 && file[file.length - 1] !== 0x0a) {
    throw new RootsweepError(code, `"${fileName}" does not end with a line feed: it was cut off or edited`, {
      hint: "git's core.autocrlf and some editors do this; fetch the file again as rootsweep wrote it",
    });
  }
  if (file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf) {
    throw new RootsweepError(
      code,
      `"${fileName}" starts with a byte order mark, which rootsweep never writes`,
      {
        hint: 'an editor added it; fetch the file again as rootsweep wrote it',
      },
    );
  }
}

function parseSignatures(text: string, kind: DocumentKind): Signature[] | undefined {
  if (!text.startsWith(HEADING)) return undefined;
  const signatures: Signature[] = [];
  const entry = ENTRIES[kind];
  entry.lastIndex = HEADING.length;
  while (entry.lastIndex < text.length) {
    const groups = entry.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const { keyid = '', role, timed, at = '', algorithm = '', signature = '' } = groups;
    if (Buffer.from(signature, 'base64').toString('base64') !== signature) return undefined;
    // The grammar allows no other roles.
    const claim = (timed === undefined ? { role } : { role: timed, at }) as Claim;
    signatures.push({ ...claim, keyid, algorithm: algorithm as Algorithm, signature });
  }
  return signatures;
}
