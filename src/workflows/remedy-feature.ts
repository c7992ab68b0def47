import type { RemedyKind } from '../core/remedy.js';
import type { RootFeature } from './ports.js';

const FEATURES: Readonly<Record<RemedyKind, RootFeature>> = {
  'allow-password-recovery': 'RootCredentialsManagement',
  'unlock-bucket': 'RootSessions',
  'unlock-queue': 'RootSessions',
};

/** The feature of centralized root access that lets the root sessions of a remedy be opened. */
export function featureFor(kind: RemedyKind): RootFeature {
  return FEATURES[kind];
}
