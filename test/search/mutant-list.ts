/** Checks, and what the code is without them. The texts stand in the source and, unchanged, in what is built of it. */
export interface Mutant {
  /** The promise of the README that is broken. */
  readonly promise: number;
  readonly file: string;
  /** What is taken out. */
  readonly removed: string;
  readonly find: string;
  readonly replace: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    promise: 1,
    file: 'src/core/guard.ts',
    removed: 'that the policy decides every entry again',
    find: 'checkDecisions(plan, policy);\n',
    replace: '\n',
  },
  {
    promise: 1,
    file: 'src/workflows/apply-account.ts',
    removed: 'that only planned actions run',
    find: 'entry.actions.map(actionName).filter(',
    replace: 'entry.observed.credentials.map(({ kind, id }) => ({ kind, ...(id && { id }) })).filter(',
  },
  {
    promise: 2,
    file: 'src/commands/inputs.ts',
    removed: 'that signatures are checked',
    find: 'return verifySignatures(envelope, trust, { plan: planPath, trust: shown });',
    replace: 'return [];',
  },
  {
    promise: 2,
    file: 'src/core/guard.ts',
    removed: 'that the plan is not expired, nor of the future',
    find: 'const [created, expires] = [Date.parse(plan.created), Date.parse(plan.expires)];',
    replace: 'return;',
  },
  {
    promise: 2,
    file: 'src/core/guard.ts',
    removed: 'that the policy is the one of the plan',
    find: 'if (plan.policy.sha256 !== sha256) {',
    replace: 'if (false) {',
  },
  {
    promise: 2,
    file: 'src/commands/apply.ts',
    removed: 'that the organization is the one of the plan',
    find: 'checkOrganization(verified.plan, organization);',
    replace: '',
  },
  {
    promise: 3,
    file: 'src/workflows/apply-account.ts',
    removed: 'that the facts are compared',
    find: 'if (moved !== undefined)',
    replace: 'if (false)',
  },
  {
    promise: 3,
    file: 'src/core/drift.ts',
    removed: 'that the credentials are compared',
    find: 'if (!sameLines(before, after))',
    replace: 'if (false)',
  },
  {
    promise: 3,
    file: 'src/core/drift.ts',
    removed: 'dates and use of a credential from the comparison',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the source
    find: ', ${describeUse(credential)}`;',
    replace: '`;',
  },
  {
    promise: 3,
    file: 'src/workflows/apply-account.ts',
    removed: 'the look before each further deletion',
    find: 'if (index > 0)',
    replace: 'if (false)',
  },
  {
    promise: 4,
    file: 'src/workflows/survey.ts',
    removed: 'unknown: a failed audit finds nothing',
    find: "return { kind: 'unknown', cause: error.unknownCause, message: error.message };",
    replace: "return { kind: 'audited', by: 'summary', credentials: [] };",
  },
  {
    promise: 4,
    file: 'src/workflows/survey.ts',
    removed: 'the list of the four kinds: the summary is enough',
    find: "return { kind: 'audited', by: 'listing', credentials: await session.list() };",
    replace:
      "const listed = await session.list().catch(() => []); return { kind: 'audited', by: 'listing', credentials: listed };",
  },
  {
    promise: 5,
    file: 'src/core/scope.ts',
    removed: 'that the management account is left alone',
    find: 'if (account.id === managementAccount)',
    replace: 'if (false)',
  },
  {
    promise: 5,
    file: 'src/core/scope.ts',
    removed: 'that accounts must be active',
    find: "if (account.state !== 'ACTIVE')",
    replace: 'if (false)',
  },
  {
    promise: 6,
    file: 'src/core/credentials.ts',
    removed: 'that MFA goes last',
    find: "['access-key', 'signing-certificate', 'password', 'mfa-device']",
    replace: "['access-key', 'signing-certificate', 'mfa-device', 'password']",
  },
  {
    promise: 7,
    file: 'src/workflows/apply-account.ts',
    removed: 'the intent before the deletion',
    find: "await journal.append({ type: 'deletion-intended', ...about(), session: session.accessKeyId });",
    replace: '',
  },
  {
    promise: 7,
    file: 'src/workflows/apply-account.ts',
    removed: 'that the intent is waited for',
    find: "await journal.append({ type: 'deletion-intended'",
    replace: "void journal.append({ type: 'deletion-intended'",
  },
  {
    promise: 7,
    file: 'src/files/journal.ts',
    removed: 'fsync',
    find: 'await file.sync();',
    replace: '',
  },
  {
    promise: 7,
    file: 'src/files/journal.ts',
    removed: 'that a torn line is cut off',
    find: 'await file.truncate(length);',
    replace: '',
  },
  {
    promise: 7,
    file: 'src/core/journal.ts',
    removed: 'that an intent without an outcome counts on resume',
    find: 'for (const record of open.values())',
    replace: 'for (const record of [])',
  },
  {
    promise: 7,
    file: 'src/core/journal.ts',
    removed: 'that a refused deletion does not count on resume',
    find: "if (record.effect === 'unknown')",
    replace: 'if (true)',
  },
  {
    promise: 7,
    file: 'src/files/lock.ts',
    removed: 'the lock',
    find: 'if (await create(path))',
    replace: 'if (true)',
  },
  {
    promise: 8,
    file: 'src/workflows/apply-account.ts',
    removed: 'the proof: gone is what AWS answers',
    find: 'if (!present) {',
    replace: 'if (true) {',
  },
  {
    promise: 9,
    file: 'src/workflows/apply.ts',
    removed: 'that a request to stop is heard',
    find: '|| stop.aborted ||',
    replace: '||',
  },
  {
    promise: 10,
    file: 'src/core/rollout.ts',
    removed: 'waves',
    find: 'const target = targets[index];',
    replace: 'const target = total;',
  },
  {
    promise: 10,
    file: 'src/workflows/apply.ts',
    removed: 'that failures stop the rollout',
    find: '|| this.#failures >= rollout.stopAfterFailures;',
    replace: ';',
  },
];
