/** Output for programs: one JSON object per line, with the version of its format and its type. */
import { stringifyVisibly } from '../../core/base/text.js';

export function renderJson(type: string, value: object): string {
  return `${stringifyVisibly({ version: 1, type, ...value })}\n`;
}
