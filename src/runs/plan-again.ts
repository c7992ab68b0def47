/** The command that plans again what has changed since a plan. */
import { type CommandWord, commandLine } from '../core/base/command-line.js';
import { isNamedEntry, type NamedEntry, type Plan } from '../core/plan/plan.js';

/** @param drifted ids of accounts. */
export function planAgain(
  plan: Plan,
  files: { readonly plan: string; readonly policy: string },
  drifted: readonly string[],
): string {
  const named = plan.accounts.filter(isNamedEntry).filter(({ id }) => drifted.includes(id));
  return commandLine(
    'rootsweep',
    ...(plan.reason === undefined ? ['plan'] : [...commandFor(named), ['--reason', plan.reason] as const]),
    ['--policy', files.policy],
    ['--out', files.plan],
  );
}

/** Of `unlock`, each plan has one account. */
function commandFor(entries: readonly NamedEntry[]): CommandWord[] {
  const [first] = entries;
  if (first === undefined) return ['recover'];
  const [action] = first.actions;
  if (action.kind === 'allow-password-recovery') return ['recover', ...entries.map(({ id }) => id)];
  const { kind, name, region, replacement } = action;
  const replacing = ['--replacement', replacement === undefined ? undefined : 'FILE'] as const;
  switch (kind) {
    case 'unlock-bucket':
      return ['unlock', 'bucket', first.id, name, replacing];
    case 'unlock-queue':
      return ['unlock', 'queue', first.id, name, ['--region', region], replacing];
  }
}
