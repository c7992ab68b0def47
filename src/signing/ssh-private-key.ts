/** Reads the public key from an OpenSSH private key file (PROTOCOL.key), where it is never encrypted. */
import { decodeArmor } from './ssh-armor.js';
import { splitStrings, takeString } from './ssh-wire.js';

const MAGIC = Buffer.from('openssh-key-v1\0');
const ONE_KEY = Buffer.from([0, 0, 0, 1]);

export interface PublicHalf {
  /** As in a .pub file, without a comment. */
  readonly line: string;
  readonly isEncrypted: boolean;
}

/** Returns undefined if the text is not such a file. */
export function parsePublicHalf(text: string): PublicHalf | undefined {
  const bytes = decodeArmor(text, 'OPENSSH PRIVATE KEY');
  if (!bytes?.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const cipher = takeString(bytes.subarray(MAGIC.length));
  const derivation = cipher && takeString(cipher.rest);
  const options = derivation && takeString(derivation.rest);
  if (!options?.rest.subarray(0, ONE_KEY.length).equals(ONE_KEY)) return undefined;
  const blob = takeString(options.rest.subarray(ONE_KEY.length))?.taken;
  const type = blob && splitStrings(blob)?.[0];
  if (blob === undefined || type === undefined) return undefined;
  return {
    line: `${type.toString('latin1')} ${blob.toString('base64')}`,
    isEncrypted: cipher?.taken.toString('latin1') !== 'none',
  };
}
