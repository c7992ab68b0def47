/** Looks for the private half of an Ed25519 key, knowing nothing but its public half: as bytes, in base64 or in hex. */
import { createPrivateKey, createPublicKey } from 'node:crypto';

/** PKCS#8's, before the 32 bytes of the seed. */
const HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED = 32;

/** @param spki the public half: base64 of its SPKI DER. */
export function holdsPrivateKey(content: Buffer, spki: string): boolean {
  const text = content.toString('latin1');
  const decoded = [
    ...(text.match(/[A-Za-z0-9+/]{42,}/g) ?? [])
      .filter((run) => !/^[0-9a-f]+$/.test(run))
      // Wherever in the run it begins.
      .flatMap((run) => [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64'))),
    ...(text.match(/[0-9a-fA-F]{64,}/g) ?? []).flatMap((run) =>
      [0, 1].map((from) => Buffer.from(run.slice(from), 'hex')),
    ),
  ];
  return [content, ...decoded].some((bytes) => holdsSeed(bytes, spki));
}

function holdsSeed(bytes: Buffer, spki: string): boolean {
  for (let at = 0; at + SEED <= bytes.length; at += 1) {
    // What is chosen by chance is no text.
    if (bytes.subarray(at, at + SEED).every((byte) => byte < 0x7f)) continue;
    const key = Buffer.concat([HEADER, bytes.subarray(at, at + SEED)]);
    const publicKey = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
    if (publicKey.export({ type: 'spki', format: 'der' }).toString('base64') === spki) return true;
  }
  return false;
}
