/** Whether a run began no account that it should not have begun yet, or any more (promises 9 and 10). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Judge, Violation } from './judge.js';
import type { SimulatedProcess } from './simulated-process.js';

interface Rollout {
  readonly waves: readonly (number | string)[];
  readonly stopAfterFailures: number;
}

export function judgeRollout(
  process: SimulatedProcess,
  judge: Judge,
  lines: readonly { readonly account: string; readonly outcome: { readonly kind: string } }[],
): Violation[] {
  const violations: Violation[] = [];
  const policy = readFileSync(join(process.options.machine.folder, 'policy.yaml'), 'utf8');
  const { waves, stopAfterFailures } = (parse(policy) as { rollout: Rollout }).rollout;
  const total = judge.plan.deleting.length;
  const targets = waves.map((wave) =>
    typeof wave === 'number' ? wave : Math.max(1, Math.floor((Number.parseInt(wave, 10) * total) / 100)),
  );
  for (const started of judge.begun.filter((it) => it.process === process)) {
    const { account, complete, running, failures, stopped } = started;
    if (stopped) violations.push(new Violation(9, `${account} is begun after the run was told to stop`));
    if (failures >= stopAfterFailures)
      violations.push(new Violation(10, `${account} is begun after ${failures} failures`));
    // Of what is gone the run may know less: what it left alone because it changed proves nothing to it.
    const isDue = Array.from({ length: complete + 1 }, (_, known) => known).some(
      (known) => known + running + 1 <= (targets.find((it) => it > known) ?? total),
    );
    if (!started.before && !isDue) {
      violations.push(
        new Violation(10, `${account} is begun with ${complete} accounts complete and ${running} at work`),
      );
    }
  }
  const begun = new Set(judge.begun.filter((it) => it.process === process).map(({ account }) => account));
  for (const { account, outcome } of lines) {
    if (outcome.kind === 'not-started' && begun.has(account)) {
      violations.push(new Violation(9, `${account} was begun and is said not to be`));
    }
  }
  return violations;
}
