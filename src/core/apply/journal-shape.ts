/**
 * Checks that a line of a journal is a record. A signature proves who wrote a line, not that rootsweep wrote it; every
 * reader of journals relies on this check.
 */
import { ACTION_KINDS, ACTIONS, DELETION_KINDS, isDeletion } from '../action/action.js';
import { CREDENTIAL_KINDS, IDENTIFIED_KINDS } from '../action/credentials.js';
import { PLAN_KINDS } from '../action/plan-kind.js';
import { ALGORITHMS } from '../signing/key.js';
import { PLAN_ROLES } from '../signing/trust.js';
import type { JournalRecord } from './journal.js';
import { OUTCOME_KINDS } from './ledger.js';

type Fields = Readonly<Record<string, unknown>>;
/** @param among the fields of the same object. */
type Check = (value: unknown, among: Fields) => boolean;
type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { readonly type: T }>;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isOneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const optional =
  (check: Check): Check =>
  (value, among) =>
    value === undefined || check(value, among);
const listOf =
  (check: Check): Check =>
  (value, among) =>
    Array.isArray(value) && value.every((it) => check(it, among));
const objectOf =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(checks).every(([name, check]) => check(value[name], value));
/** Applies the check if another field has one of the words; otherwise the field must be absent. */
const onlyWhere =
  (neighbour: string, words: readonly string[], check: Check): Check =>
  (value, among) =>
    isOneOf(words)(among[neighbour], among) ? check(value, among) : value === undefined;

const isTexts = listOf(isText);
const NAME = { kind: isOneOf(CREDENTIAL_KINDS), id: onlyWhere('kind', IDENTIFIED_KINDS, isText) };
/** The actions that a field distinguishes. */
const distinguishedBy = (what: string) =>
  ACTION_KINDS.filter((kind) => ACTIONS[kind].distinguishedBy === what);
const ABOUT = {
  account: isText,
  kind: isOneOf(ACTION_KINDS),
  id: onlyWhere('kind', distinguishedBy('id'), isText),
  name: onlyWhere('kind', distinguishedBy('place'), isText),
  region: onlyWhere('kind', distinguishedBy('place'), isText),
};
/** An action that deletes a credential has no standing. */
const isStanding = onlyWhere(
  'kind',
  ACTION_KINDS.filter((kind) => !isDeletion(kind)),
  optional(isText),
);
const isEffect = isOneOf(['none', 'unknown']);
const isLastUsed = objectOf({
  kind: isOneOf(['never', 'used']),
  at: onlyWhere('kind', ['used'], isText),
  service: onlyWhere('kind', ['used'], optional(isText)),
  region: onlyWhere('kind', ['used'], optional(isText)),
});
const isCredential = objectOf({
  ...NAME,
  created: isText,
  status: optional(isText),
  lastUsed: optional(isLastUsed),
});

/** The compiler requires a check of every field but `type` and `at`. */
const CHECKS: {
  readonly [T in JournalRecord['type']]: Readonly<Record<Exclude<keyof RecordOf<T>, 'type' | 'at'>, Check>>;
} = {
  'run-started': {
    run: isText,
    plan: isText,
    digest: isText,
    created: isText,
    organization: isText,
    kind: isOneOf(PLAN_KINDS),
    reason: onlyWhere('kind', ['recovery', 'unlock'], isText),
    policy: isText,
    signers: listOf(
      objectOf({ name: isText, keyid: isText, role: isOneOf(PLAN_ROLES), at: optional(isText) }),
    ),
    caller: isText,
    tool: isText,
    host: isText,
    pid: isCount,
    only: optional(isTexts),
    exclude: optional(isTexts),
    operator: objectOf({ name: isText, keyid: isText, algorithm: isOneOf(ALGORITHMS) }),
  },
  'wave-started': { wave: isCount, accounts: isTexts },
  'account-listed': { account: isText, name: isText, credentials: listOf(isCredential) },
  'action-intended': { ...ABOUT, session: isText, standing: isStanding },
  // Only deletions can find their target absent.
  'action-answered': {
    ...ABOUT,
    answer: (value, among) =>
      value === 'done' || (value === 'absent' && isOneOf(DELETION_KINDS)(among.kind, among)),
    requestId: isText,
  },
  'action-failed': { ...ABOUT, effect: isEffect, message: isText, requestId: optional(isText) },
  'action-proven': { ...ABOUT, requestId: isText, standing: isStanding },
  'account-ended': {
    account: isText,
    name: isText,
    // An account that was not started has no end.
    outcome: isOneOf(OUTCOME_KINDS.filter((kind) => kind !== 'not-started')),
    message: optional(isText),
    drift: onlyWhere('outcome', ['drifted'], objectOf({ planned: isTexts, found: isTexts })),
    foundGone: onlyWhere('outcome', ['done', 'failed'], optional(isTexts)),
  },
  'run-ended': { run: isText, exitCode: isCount, trouble: optional(isText) },
};

/** Whether rootsweep could have written a value. Unknown fields are allowed. */
export function isJournalRecord(value: unknown): value is JournalRecord {
  if (!isObject(value) || typeof value.at !== 'string') return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(CHECKS, type)) return false;
  return objectOf(CHECKS[type as JournalRecord['type']])(value, value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
