import { deriveText, LOWER_ALPHANUMERIC } from '../random.js';
import type { Unit } from '../state/world.js';
import type { UnitSpec } from './scenario.js';

/** The organizational units of a world being built, by id and by path. */
export class UnitTree {
  readonly units = new Map<string, Unit>();
  readonly #seed: number;
  readonly #rootId: string;
  readonly #idsByPath = new Map<string, string>();

  constructor(seed: number, rootId: string) {
    this.#seed = seed;
    this.#rootId = rootId;
    this.units.set(rootId, newUnit(rootId, 'Root', undefined));
  }

  /** Adds the units of a scenario below a path. */
  add(specs: Readonly<Record<string, UnitSpec | null>>, above: readonly string[] = []): void {
    for (const [name, spec] of Object.entries(specs)) {
      const path = [...above, name];
      this.#find(path, spec ?? {});
      this.add(spec?.units ?? {}, path);
    }
  }

  /** Returns the id for a path of encoded names or an id. Creates missing units. */
  resolve(pathOrId: string): string {
    return pathOrId.startsWith('/') ? this.#find(parsePath(pathOrId), {}) : pathOrId;
  }

  #find(path: readonly string[], spec: UnitSpec): string {
    const name = path.at(-1);
    if (name === undefined) return this.#rootId;
    const key = JSON.stringify(path);
    const known = this.#idsByPath.get(key);
    if (known !== undefined) return known;
    const parent = this.#find(path.slice(0, -1), {});
    const id = spec.id ?? `ou-${this.#rootId.slice(2)}-${deriveText(this.#seed, key, 8, LOWER_ALPHANUMERIC)}`;
    this.units.set(id, { ...newUnit(id, name, parent), tags: { ...spec.tags } });
    this.units.get(parent)?.units.push(id);
    this.#idsByPath.set(key, id);
    return id;
  }
}

function newUnit(id: string, name: string, parent: string | undefined): Unit {
  return { id, name, parent, units: [], accounts: new Set(), tags: {} };
}

/** Splits a path into decoded names: `/Workloads/Prod%2FEU` has two. */
export function parsePath(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '')
    .map((name) => name.replaceAll('%2F', '/').replaceAll('%25', '%'));
}
