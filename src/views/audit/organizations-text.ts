/** Headings for several organizations, and a summary at the end. */
import type { OrganizationEntry, OrganizationOutcome } from '../../core/account/organizations.js';
import { alignRows, bold, green, type Line, red, type Span, yellow } from '../format/lines.js';

const WORDS: Readonly<Record<number, Span>> = {
  0: green('done'),
  1: red('could not do its job'),
  2: green('done, and something to apply'),
  3: yellow('blocked'),
  4: red('refused'),
  5: yellow('some accounts changed, and were left alone'),
  6: red('at least one account failed, or could not be looked at'),
  8: yellow('declined'),
  130: red('interrupted'),
};

export function renderOrganizationHeading({ name, organization, profile }: OrganizationEntry): Line[] {
  return [[], [bold(`== ${name}: organization ${organization}, profile "${profile}"`)], []];
}

export function renderOrganizations(
  results: readonly { readonly entry: OrganizationEntry; readonly outcome: OrganizationOutcome }[],
  exitCode: number,
): Line[] {
  const rows = results.map(({ entry: { name, organization }, outcome }) => [
    '  ',
    name,
    organization,
    outcome.kind === 'ended' ? `exit code ${outcome.exitCode}` : '',
    outcome.kind === 'ended' ? (WORDS[outcome.exitCode] ?? red('unknown')) : yellow('not started'),
  ]);
  return [
    [],
    [bold('All organizations:')],
    ...alignRows(rows),
    [`The worst of them is the exit code of all: ${exitCode}.`],
  ];
}
