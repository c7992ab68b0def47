import { type Curve, P256, P384 } from '../elliptic-curve.js';

/** The KMS key specs that a scenario supports: the one that can sign plans, and two that users choose by mistake. */
export type KeySpec = 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'SYMMETRIC_DEFAULT';
export type KeyUsage = 'SIGN_VERIFY' | 'KEY_AGREEMENT' | 'ENCRYPT_DECRYPT';

interface KeyKind {
  /** The first is the default. */
  readonly usages: readonly [KeyUsage, ...KeyUsage[]];
  /** Undefined for a symmetric key. */
  readonly pair: KeyPair | undefined;
}

interface KeyPair {
  readonly curve: Curve;
  /** The only signing algorithm of this key spec. */
  readonly algorithm: string;
  /** The name in node:crypto. The digest is as long as the curve's order. */
  readonly hash: string;
}

export const KEY_SPECS: Readonly<Record<KeySpec, KeyKind>> = {
  ECC_NIST_P256: {
    usages: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
    pair: { curve: P256, algorithm: 'ECDSA_SHA_256', hash: 'sha256' },
  },
  ECC_NIST_P384: {
    usages: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
    pair: { curve: P384, algorithm: 'ECDSA_SHA_384', hash: 'sha384' },
  },
  SYMMETRIC_DEFAULT: { usages: ['ENCRYPT_DECRYPT'], pair: undefined },
};
