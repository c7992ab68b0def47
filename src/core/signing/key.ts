/** Public and private keys of every kind, wherever the private key is kept. */

/**
 * How a signature is made. `ed25519`: RFC 8032, 64 bytes. `ecdsa-p256-sha256`: DER, over the SHA-256 of the message.
 * `sshsig`: the blob of OpenSSH's PROTOCOL.sshsig, which holds its namespace and algorithm.
 */
export const ALGORITHMS = ['ed25519', 'ecdsa-p256-sha256', 'sshsig'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A public key. Weak keys are refused when it is made. */
export interface PublicKey {
  /** SHA-256 of the key's SPKI DER, in hex: equal keys have equal ids, in every file format. */
  readonly keyid: string;
  /** As in a trust file; an SSH key without its comment. */
  readonly text: string;
  /** The only algorithm whose signatures this key accepts. */
  readonly algorithm: Algorithm;
  /** @param namespace the purpose of SSH signatures; other keys ignore it. Never throws: an unreadable signature is false. */
  readonly verify: (message: Uint8Array, signature: Buffer, namespace: string) => boolean;
}

/** A private key in a file, an agent or a service. */
export interface SigningKey {
  readonly publicKey: PublicKey;
  /** @returns the raw signature, as `publicKey.algorithm` says. */
  readonly sign: (message: Uint8Array, namespace: string) => Promise<Buffer>;
}
