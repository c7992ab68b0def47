/** `explain`: which rule of a policy decides about an account, and why the others do not. */
import { commandLine } from '../core/base/command-line.js';
import { createRedact } from '../core/cli/redact.js';
import { explainScope } from '../core/plan/explanation.js';
import { type PolicyFile, recallFacts } from '../core/plan/guard.js';
import type { FullEntry, Plan } from '../core/plan/plan.js';
import type { AccountFacts } from '../core/policy/scope.js';
import { EXIT, RootsweepError } from '../errors.js';
import { parseSweep } from '../files/plan/plan.js';
import { listDefaults } from '../files/policy/policy-defaults.js';
import { renderExplanation } from '../views/plan/explanation-text.js';
import { REDACTED } from '../views/plan/verdict-words.js';
import { findAccount, readFacts, type Unreadable } from '../workflows/explain.js';
import { requireOrganization } from '../workflows/plan.js';
import type { AwsHost } from './host.js';
import { readEnvelope, readPolicy } from './inputs.js';

export interface ExplainFlags {
  /** An id or a name. */
  readonly account: string;
  readonly policy: string;
  /** The plan to take the account from, in place of AWS. */
  readonly plan: string | undefined;
  readonly redact: boolean;
}

interface Looked {
  readonly facts: AccountFacts;
  readonly unreadable: readonly Unreadable[];
  readonly managementAccount: string;
  /** What `until` is compared with. */
  readonly today: Date;
}

export async function runExplain(flags: ExplainFlags, host: AwsHost): Promise<number> {
  const { redact: redacted, policy: policyPath, plan } = flags;
  if (redacted) host.mask = createRedact();
  const policyFile = await readPolicy(policyPath, host.context);
  const defaults = listDefaults(policyFile.text, policyPath);

  const looked =
    plan === undefined
      ? await lookAt(flags.account, policyFile, host)
      : await lookUp(plan, flags, policyFile, host);
  const { facts, unreadable, managementAccount, today } = looked;
  const kinds = new Set(unreadable.map(({ what }) => what));
  const { policy } = policyFile;
  const explanation = explainScope(policy, { facts, unreadable: kinds, managementAccount, today });
  if (redacted) host.mask = createRedact({ emails: [facts.account.email] });
  const shown = host.mask({ ...explanation, facts, unreadable, defaults, policyPath });
  if (host.json) {
    const { account, unitPath, tags } = shown.facts;
    host.printJson('explanation', {
      redacted,
      account,
      ou: unitPath ?? null,
      tags: tags ?? null,
      scope: shown.scope.kind,
      rules: shown.rules.map(({ rule, ...rest }) => ({ ...rest, ...rule, file: policyPath })),
      unreadable: shown.unreadable,
      defaults,
    });
  } else host.print([...(redacted ? [[REDACTED], []] : []), ...renderExplanation(shown)]);
  const { kind } = explanation.scope;
  return kind === 'needs-tags' || kind === 'undecidable' ? EXIT.partial : EXIT.done;
}

/** As it is now. */
function lookAt(named: string, policyFile: PolicyFile, host: AwsHost): Promise<Looked> {
  const { clock } = host.context;
  host.progress.begin('opening');
  return host.useAws(async (aws) => {
    const { organization } = await aws.reader.open();
    requireOrganization(policyFile, organization);
    const account = await findAccount(aws.reader, named);
    const { managementAccount } = organization;
    const today = clock.now();
    const read = await readFacts(aws.reader, account, policyFile.policy, { managementAccount, today });
    host.progress.end();
    return { ...read, managementAccount, today };
  });
}

/** As a plan saw it, at its time. */
async function lookUp(
  path: string,
  flags: ExplainFlags,
  { sha256, policy }: PolicyFile,
  host: AwsHost,
): Promise<Looked> {
  const { body } = await readEnvelope(path, host.context);
  const plan = parseSweep(body, path);
  const entry = findEntry(plan, path, flags);
  const isOther = plan.policy.sha256 !== sha256;
  host.tell([
    [
      `As "${path}" saw the account at ${plan.created}${isOther ? '; the plan was made with another policy than this' : ''}. Signatures were not checked.`,
    ],
  ]);
  return {
    facts: recallFacts(entry, !isOther),
    // Tags that the plan's policy did not ask for, nobody has read.
    unreadable:
      entry.tags === undefined &&
      [...policy.exclude, ...policy.include].some(({ selector }) => selector.tags !== undefined)
        ? [{ what: 'tags', reason: 'the plan does not hold them' }]
        : [],
    managementAccount: plan.managementAccount,
    today: new Date(plan.created),
  };
}

/** @throws RootsweepError ACCOUNT_NOT_FOUND, ACCOUNT_AMBIGUOUS. */
function findEntry({ accounts }: Plan, path: string, { account, policy }: ExplainFlags): FullEntry {
  const found = accounts.filter(
    (entry) => entry.id === account || (entry.decision !== 'clean' && entry.name === account),
  );
  const entry = found.find(({ id }) => id === account) ?? found[0];
  if (entry === undefined) {
    throw new RootsweepError('ACCOUNT_NOT_FOUND', `the plan "${path}" has no account "${account}"`, {
      hint: 'pass the account id: a plan does not name accounts that hold nothing',
    });
  }
  if (entry.id !== account && found.length > 1) {
    throw new RootsweepError(
      'ACCOUNT_AMBIGUOUS',
      `${found.length} accounts of the plan "${path}" are called "${account}": ${found.map(({ id }) => id).join(', ')}`,
      { hint: 'pass the id of the one that you mean' },
    );
  }
  if (entry.decision !== 'clean') return entry;
  throw new RootsweepError(
    'ACCOUNT_NOT_FOUND',
    `the plan "${path}" holds of account "${entry.id}" only that it is clean, and not what rules compare`,
    {
      hint: `to read it from AWS, run: ${commandLine('rootsweep', 'explain', entry.id, ['--policy', policy])}`,
    },
  );
}
