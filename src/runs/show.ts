/** `show`: a plan with what its checks come to, also where `verify` refuses it. */
import { createRedact, knownOfPlan } from '../core/cli/redact.js';
import { RootsweepError } from '../errors.js';
import { MARKDOWN_LIMITS } from '../views/plan/plan-markdown.js';
import { listDenials } from '../views/plan/unlock-words.js';
import { parseInteger } from './arguments.js';
import type { Host } from './host.js';
import { openJudgedPlan, type ShownPaths } from './judged-plan.js';
import { SHOW_FORMATS, type ShowFormat } from './show-formats.js';

export interface ShowFlags extends ShownPaths {
  readonly limit: string | undefined;
  readonly redact: boolean;
}

export async function runShow(flags: ShowFlags, format: ShowFormat, host: Host): Promise<number> {
  const { plan: file, redact: redacted } = flags;
  const limit = chooseLimit(flags, format);
  if (redacted) host.mask = createRedact();
  const { plan, digest, body, verdict } = await openJudgedPlan(flags, host.context);
  if (redacted) host.mask = createRedact(knownOfPlan(plan));
  // Of the policies as they are: with names masked, they may mean something else.
  const denials = listDenials(plan);
  const review = { ...host.mask({ verdict, plan, denials }), digest, redacted };
  host.print(await SHOW_FORMATS[format]({ review, body, file, limit }));
  return 0;
}

/** In bytes. @throws RootsweepError USAGE */
function chooseLimit({ limit: named }: ShowFlags, format: ShowFormat): number {
  if (named !== undefined && format !== 'markdown') {
    throw new RootsweepError('USAGE', `--limit is for --format markdown, and the format is ${format}`, {
      hint: 'leave it out: only markdown leaves anything out',
    });
  }
  if (named === 'none') return Number.POSITIVE_INFINITY;
  if (named === undefined || named === 'comment') return MARKDOWN_LIMITS.comment;
  if (named === 'step-summary') return MARKDOWN_LIMITS[named];
  return parseInteger('--limit', named, 4_000, 999_999_999);
}
