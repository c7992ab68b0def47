import type { RemedyPlan } from '../core/remedy.js';
import { nameTarget } from '../core/remedy.js';
import type { Line } from './lines.js';

export function renderRemedyPlan(plan: RemedyPlan): Line[] {
  return plan.accounts.map(({ id, remedy }): Line => [id, ' ', nameTarget(remedy)]);
}
