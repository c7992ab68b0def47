/** `apply` of a plan of remedies. */
import { type CommandWord, commandLine } from '../core/command-line.js';
import { isComplete } from '../core/ledger.js';
import type { RemedyEntry, RemedyPlan, Unlocking } from '../core/remedy.js';
import { checkRemedyTimes } from '../core/remedy-guard.js';
import { renderAftermath } from '../views/aftermath-text.js';
import { renderApplyEvent, renderLedger } from '../views/ledger-text.js';
import { renderRemedyScope } from '../views/scope-text.js';
import { applyRemedies, selectRemedies } from '../workflows/apply-remedies.js';
import { featureFor } from '../workflows/remedy-feature.js';
import type { Narrowing } from '../workflows/run.js';
import type { Work } from './apply-work.js';
import type { VerifiedPlan } from './inputs.js';

export function remedyWork(
  { plan, policyFile: { policy } }: VerifiedPlan<RemedyPlan>,
  narrowing: Narrowing,
): Work {
  const entries = selectRemedies(plan, narrowing);
  return {
    feature: featureFor(plan.remedy),
    accounts: new Set(plan.accounts.map(({ id }) => id)),
    count: entries.length,
    // One plan does a remedy once, by its journal; another plan, older or newer, is another person's word.
    isSuperseded: false,
    checkTimes: (now) => checkRemedyTimes(plan, policy, now),
    renderScope: (facts, mask) => renderRemedyScope(mask(entries), mask(facts)),
    words: {
      stranger: 'to which the plan gives nothing back',
      nothing: 'Nothing to do: the plan names none of the accounts that were asked for.',
      question: 'This gives a way back in. Type the organization id to go on: ',
      why: 'apply asks before it gives a way back in',
      unchanged: 'nothing was changed',
    },
    planAgain: ({ policy, plan: out }, drifted) =>
      commandLine(
        'rootsweep',
        ...commandFor(entries.filter(({ id }) => drifted.includes(id))),
        ['--reason', plan.reason],
        ['--policy', policy],
        ['--out', out],
      ),
    carryOut: async ({ aws, partition, onEvent, files, journalPath, mask, ...settings }) => {
      const ledger = await applyRemedies(plan, {
        ...settings,
        reader: aws.reader,
        planId: plan.id,
        access: aws.remedyAccess(partition),
        narrowing,
        onEvent: (event) => {
          const shown = mask(event);
          onEvent(shown, renderApplyEvent(shown));
        },
      });
      const done = new Set(
        ledger.lines.filter(({ outcome }) => isComplete(outcome.kind)).map(({ account }) => account),
      );
      const aftermath = renderAftermath(plan.remedy, mask(entries.filter(({ id }) => done.has(id))), {
        journal: journalPath,
        sweep: commandLine('rootsweep', 'plan', ['--policy', files.policy], ['--out', 'sweep.plan.yaml']),
      });
      return { ledger, lines: [...renderLedger(mask(ledger)), ...aftermath] };
    },
  };
}

/** The words of the command that plans these anew: of `unlock`, each plan has one account. */
function commandFor(entries: readonly RemedyEntry[]): CommandWord[] {
  const [first] = entries;
  if (first === undefined) return ['recover'];
  const { id, remedy } = first;
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return ['recover', ...entries.map((entry) => entry.id)];
    case 'unlock-bucket':
      return ['unlock', 'bucket', id, remedy.name, replacing(remedy)];
    case 'unlock-queue':
      return ['unlock', 'queue', id, remedy.name, ['--region', remedy.region], replacing(remedy)];
  }
}

function replacing({ replacement }: Unlocking): CommandWord {
  return ['--replacement', replacement === undefined ? undefined : 'FILE'];
}
