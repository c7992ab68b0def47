/** What every kind of key can do, wherever its private half is kept. */

/**
 * How a signature is made. `ed25519`: RFC 8032, 64 bytes. `ecdsa-p256-sha256`: DER, over the SHA-256 of the message.
 * `sshsig`: the blob of OpenSSH's PROTOCOL.sshsig, which names its namespace and its own algorithm.
 */
export const ALGORITHMS = ['ed25519', 'ecdsa-p256-sha256', 'sshsig'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A public key that proves something: weak ones are never made into one. */
export interface PublicKey {
  /** SHA-256 of the key's SPKI DER, in hex: the same for the same key, however a file spells it. */
  readonly keyid: string;
  /** As a trust file spells it; of an SSH key without the comment. */
  readonly text: string;
  /** The only algorithm whose signatures this key accepts. */
  readonly algorithm: Algorithm;
  /** @param namespace what SSH signatures are for; the others ignore it. Never throws: what cannot be read does not fit. */
  readonly verify: (message: Uint8Array, signature: Buffer, namespace: string) => boolean;
}

/** A private key, in a file, an agent or a service. */
export interface SigningKey {
  readonly publicKey: PublicKey;
  /** @returns the raw signature, as `publicKey.algorithm` says. */
  readonly sign: (message: Uint8Array, namespace: string) => Promise<Buffer>;
}
