import { matchesWildcard } from '../policy/wildcard.js';
import type { Defect } from '../scenario/scenario-error.js';
import type { FaultRule } from './rule.js';

/** What rules may speak of. */
export interface Known {
  readonly operations: Iterable<string>;
  readonly accounts: { has(id: string): boolean };
  readonly callers: ReadonlySet<string>;
  /** Whether there is such an organizational unit; left out where units are made as they are named. */
  readonly hasUnit?: (pathOrId: string) => boolean;
}

/** Rules that could never strike, or that would fail when they do: mistyped operations, accounts and units. */
export function* findRuleDefects(rules: readonly FaultRule[], known: Known): Iterable<Defect> {
  const operations = [...known.operations];
  for (const [index, { match, fault }] of rules.entries()) {
    const pattern = match?.operation;
    if (pattern !== undefined && !operations.some((name) => matchesWildcard(pattern, name))) {
      yield {
        path: [index, 'match', 'operation'],
        sentence: `The emulator knows no operation "${pattern}"`,
      };
    }
    if (match?.account !== undefined && !known.accounts.has(match.account)) {
      yield {
        path: [index, 'match', 'account'],
        sentence: `Account ${match.account} is not in the scenario`,
      };
    }
    if (match?.caller !== undefined && match.caller !== 'session' && !known.callers.has(match.caller)) {
      yield { path: [index, 'match', 'caller'], sentence: `No caller "${match.caller}" in the scenario` };
    }
    if (fault.kind !== 'change-account') continue;
    if (fault.account !== undefined && !known.accounts.has(fault.account)) {
      yield {
        path: [index, 'fault', 'account'],
        sentence: `Account ${fault.account} is not in the scenario`,
      };
    }
    const { ou } = fault.change;
    if (ou !== undefined && known.hasUnit?.(ou) === false) {
      yield {
        path: [index, 'fault', 'change', 'ou'],
        sentence: `No organizational unit "${ou}" in the scenario`,
      };
    }
  }
}
