/** `apply` of a plan that deletes. */
import { commandLine } from '../core/command-line.js';
import type { Credential } from '../core/credentials.js';
import { checkApplicable, checkTimes, checkWait } from '../core/guard.js';
import { judgeDeletion, type Permission } from '../core/permission.js';
import { isDeleteEntry } from '../core/plan.js';
import { compileScope } from '../core/scope.js';
import { findSignedSince } from '../core/trust.js';
import { renderApplyEvent, renderLedger } from '../views/ledger-text.js';
import { renderScope } from '../views/scope-text.js';
import { applyPlan, selectEntries } from '../workflows/apply.js';
import { recheckOrganization } from '../workflows/recheck.js';
import type { Narrowing } from '../workflows/run.js';
import { createResolver } from '../workflows/scoping.js';
import type { Work } from './apply-work.js';
import type { VerifiedPlan } from './inputs.js';

/** @throws RootsweepError PLAN_BLOCKED */
export function deletionWork(
  { plan, signatures: { signers, threshold }, policyFile: { policy } }: VerifiedPlan,
  narrowing: Narrowing,
): Work {
  checkApplicable(plan);
  const signedSince = findSignedSince(threshold, signers, plan.created) ?? Number.NaN;
  const entries = selectEntries(plan, narrowing);
  return {
    feature: 'RootCredentialsManagement',
    accounts: new Set(plan.accounts.filter(isDeleteEntry).map(({ id }) => id)),
    count: entries.length,
    isSuperseded: true,
    checkTimes: (now) => {
      checkTimes(plan, policy, now);
      checkWait(plan, signedSince, now);
    },
    recheck: (reader, options) => recheckOrganization(reader, plan, policy, options),
    renderScope: (facts, mask) => renderScope(mask(entries), mask(facts)),
    words: {
      stranger: 'in which the plan deletes nothing',
      nothing: 'Nothing to do: the plan deletes nothing in the accounts that were asked for.',
      question: 'This cannot be undone. Type the organization id to go on: ',
      why: 'apply asks before it deletes',
      unchanged: 'nothing was deleted',
    },
    planAgain: ({ policy, plan }) => commandLine('rootsweep', 'plan', ['--policy', policy], ['--out', plan]),
    carryOut: async ({ aws, partition, clockOffset, onEvent, mask, ...settings }) => {
      const { clock } = settings;
      // By both clocks: what lets a key go must do so by both.
      const judge = (credential: Credential): Permission => {
        const now = clock.now().getTime();
        const judged = judgeDeletion(credential, policy, new Date(now));
        return judged.kind === 'guarded'
          ? judged
          : judgeDeletion(credential, policy, new Date(now + clockOffset));
      };
      const ledger = await applyPlan(plan, {
        ...settings,
        reader: aws.reader,
        planId: plan.id,
        resolve: createResolver(
          aws.reader,
          compileScope(policy),
          plan.managementAccount,
          new Date(plan.created),
        ),
        access: aws.rootAccess(partition),
        judge,
        narrowing,
        rollout: policy.rollout,
        onEvent: (event) => {
          const shown = mask(event);
          onEvent(shown, renderApplyEvent(shown));
        },
      });
      return { ledger, lines: renderLedger(mask(ledger)) };
    },
  };
}
