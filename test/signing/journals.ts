/** Journals as the format is documented, written without the code that writes them: by their run, or by an attacker. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JournalRecord, RunOperator } from '../../src/core/apply/journal.js';
import type { RunSigner, RunVerifier } from '../../src/core/apply/journal-line.js';
import { stringifyVisibly } from '../../src/core/base/text.js';
import type { Role, Trust } from '../../src/core/signing/trust.js';
import { createRunSigner, createRunVerifier } from '../../src/signing/run.js';
import { SHA256 } from '../core/fixtures.js';
import { signingKeyOf } from './keys.js';

export interface JournalKeys {
  /** As the heads name the operator. */
  readonly name: string;
  readonly operator: KeyObject;
  /** Whose key the heads name; the operator's unless given. */
  readonly claimed?: KeyObject;
  /** Of the runs. */
  readonly run: KeyObject;
}

const newKey = () => generateKeyPairSync('ed25519').privateKey;

/** Those of an operator that is trusted below. */
export const KEYS: JournalKeys = { name: 'operator', operator: newKey(), run: newKey() };
export const STRANGER: JournalKeys = { name: 'operator', operator: newKey(), run: newKey() };

/** As the head of a run names the operator. */
export const OPERATOR: RunOperator = {
  name: KEYS.name,
  keyid: signingKeyOf(KEYS.operator).publicKey.keyid,
  algorithm: 'ed25519',
};

/** Of `KEYS`: what it signs has the same bytes as what is written here. */
export const SIGNER: RunSigner = {
  key: spkiOf(KEYS.run),
  signHead: async (message) => sign(null, message, KEYS.operator),
  signRecord: (message) => sign(null, message, KEYS.run),
};

export const NOW = new Date('2026-11-23T09:00:00Z');

/** A trust file that holds one key. */
export function trusting(key: KeyObject, roles: readonly Role[] = ['operator'], until?: string): Trust {
  const { publicKey } = signingKeyOf(key);
  return {
    threshold: { planner: 1, approver: 0, witness: 0 },
    keys: [{ name: 'operator', key: publicKey, roles, ...(until === undefined ? {} : { until }) }],
    revoked: [],
  };
}

export const VERIFY: RunVerifier = createRunVerifier(trusting(KEYS.operator), 'trust.yaml', NOW);

/** As `apply` makes one. */
export const newSigner = (): RunSigner => createRunSigner(signingKeyOf(KEYS.operator));

export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

function spkiOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
}

/** DSSE's pre-authentication encoding. */
function pae(type: string, text: string): Buffer {
  return Buffer.from(`DSSEv1 ${type.length} ${type} ${Buffer.byteLength(text)} ${text}`);
}

function signText(type: string, text: string, key: KeyObject): string {
  return sign(null, pae(`application/vnd.rootsweep.${type}+json`, text), key).toString('base64');
}

/** @param previous the line before, or the plan's digest. */
export function writeLine(record: object, previous: string, keys: JournalKeys = KEYS): string {
  // What is told, of a record that was read from a journal.
  const { operator, key: _, previous: __, signature: ___, ...rest } = record as Record<string, unknown>;
  const chained = { ...rest, previous: hashOf(previous) };
  if (rest.type !== 'run-started' || typeof operator !== 'object') {
    return signLine({ ...chained, ...(operator === undefined ? {} : { operator }) }, keys);
  }
  const { keyid, algorithm } = signingKeyOf(keys.claimed ?? keys.operator).publicKey;
  const claim = { name: keys.name, keyid, algorithm, ...('0' in (operator ?? {}) ? operator : {}) };
  const head = { ...chained, key: spkiOf(keys.run), operator: claim };
  const signature = signText('run', stringifyVisibly(head), keys.operator);
  return signLine({ ...head, operator: { ...claim, signature } }, keys);
}

/** The line under the signature of the run's key. */
export function signLine(value: object, keys: Pick<JournalKeys, 'run'>): string {
  return signRaw(stringifyVisibly(value), keys);
}

/** The same for a text that is spelled in any way, and ends as an object does. */
export function signRaw(text: string, { run }: Pick<JournalKeys, 'run'>): string {
  return `${text.slice(0, -1)},"signature":"${signText('record', text, run)}"}`;
}

/** The whole lines of the journal of a plan. */
export function writeJournal(
  records: readonly (JournalRecord | object)[],
  { digest = SHA256, ...keys }: Partial<JournalKeys> & { readonly digest?: string } = {},
): string {
  let [text, previous] = ['', digest];
  for (const record of records) {
    previous = writeLine(record, previous, { ...KEYS, ...keys });
    text += `${previous}\n`;
  }
  return text;
}
