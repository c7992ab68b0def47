import type { RemedyKind } from '../core/remedy.js';
import type { RootFeature } from './ports.js';

/** The feature of centralized root access that lets the root sessions of a remedy be opened. */
export function featureFor(kind: RemedyKind): RootFeature {
  return kind === 'allow-password-recovery' ? 'RootCredentialsManagement' : 'RootSessions';
}
