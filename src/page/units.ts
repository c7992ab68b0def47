/** The organizational units as a tree with totals. */
import type { PageAccount } from './accounts.js';

export interface UnitNode {
  /** `/` for the root, `/Workloads/Prod` below. */
  readonly path: string;
  readonly name: string;
  readonly children: UnitNode[];
  /** Includes everything below the unit. */
  accounts: number;
  deletes: number;
  blocked: number;
}

/** Builds the tree of accounts whose unit is known. The root counts all of them. */
export function buildUnits(accounts: readonly PageAccount[]): UnitNode {
  const root = createUnit('/', 'Root');
  const units = new Map([['/', root]]);
  const find = (path: string): UnitNode => {
    const known = units.get(path);
    if (known !== undefined) return known;
    const at = path.lastIndexOf('/');
    const unit = createUnit(path, path.slice(at + 1));
    units.set(path, unit);
    find(at <= 0 ? '/' : path.slice(0, at)).children.push(unit);
    return unit;
  };
  for (const account of accounts) {
    if (account.unit === undefined) continue;
    for (const path of pathsAbove(account.unit)) count(find(path), account);
  }
  for (const unit of units.values()) unit.children.sort((a, b) => (a.name < b.name ? -1 : 1));
  return root;
}

/** `/Workloads/Prod` gives `/`, `/Workloads` and `/Workloads/Prod`. */
function pathsAbove(path: string): string[] {
  const names = path.split('/').filter(Boolean);
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}

function createUnit(path: string, name: string): UnitNode {
  return { path, name, children: [], accounts: 0, deletes: 0, blocked: 0 };
}

function count(unit: UnitNode, { entry }: PageAccount): void {
  unit.accounts += 1;
  if (entry.decision === 'delete') unit.deletes += 1;
  if (entry.decision === 'blocked' || entry.decision === 'unknown') unit.blocked += 1;
}
