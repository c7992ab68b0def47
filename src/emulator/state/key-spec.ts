import { type Curve, P256, P384 } from '../elliptic-curve.js';

/** The kinds of KMS keys that a scenario may have: the one to sign with, and two that are chosen by mistake. */
export type KeySpec = 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'SYMMETRIC_DEFAULT';
export type KeyUsage = 'SIGN_VERIFY' | 'KEY_AGREEMENT' | 'ENCRYPT_DECRYPT';

interface KeyKind {
  /** The first is what a scenario means that gives none. */
  readonly usages: readonly [KeyUsage, ...KeyUsage[]];
  /** Undefined for a symmetric key. */
  readonly pair: KeyPair | undefined;
}

interface KeyPair {
  readonly curve: Curve;
  /** The only algorithm that signs with such a key. */
  readonly algorithm: string;
  /** As node:crypto calls it. Its length is that of the curve's order. */
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
