/** An audit as a table for people. */
import { CREDENTIALS, countKinds, type Observation, SHOWN_KINDS } from '../../core/action/credentials.js';
import type { Survey, SurveyedAccount } from '../../workflows/survey.js';
import { countCredentials, plural } from '../format/counts.js';
import { alignRows, bold, dim, type Line, red, type Span, yellow } from '../format/lines.js';
import { explainUnknown } from '../plan/unknown-text.js';

export function renderAudit(survey: Survey, organization: string): Line[] {
  const accounts = [...survey.accounts].sort((a, b) => (a.facts.account.id < b.facts.account.id ? -1 : 1));
  const credentials = accounts.flatMap(({ observation }) =>
    observation?.kind === 'audited' ? observation.credentials : [],
  );
  const unknown = accounts.filter(({ observation }) => observation?.kind === 'unknown').length;
  const unaudited = accounts.filter(({ observation }) => observation === undefined).length;
  const header = ['ACCOUNT', 'NAME', 'OU', ...SHOWN_KINDS.map((kind) => CREDENTIALS[kind].column), ''].map(
    bold,
  );
  const causes = new Set(
    accounts.flatMap(({ observation }) => (observation?.kind === 'unknown' ? [observation.cause] : [])),
  );
  return [
    ...alignRows([header, ...accounts.map(renderRow)]),
    [],
    [
      bold(`Organization ${organization}: `),
      `${plural(accounts.length, 'account', 'accounts')}, ${unknown} unknown, ${unaudited} not audited; ${countCredentials(countKinds(credentials))}.`,
    ],
    ...[...causes].sort().map((cause): Line => [dim('  → '), `${cause}: ${explainUnknown(cause)}`]),
  ];
}

function renderRow({ facts, scope, observation }: SurveyedAccount): (string | Span)[] {
  const { account, unitPath } = facts;
  const place = [account.id, account.name, unitPath ?? ''];
  if (observation === undefined) {
    const why =
      scope.kind === 'management'
        ? 'management account'
        : scope.kind === 'not-active'
          ? scope.state
          : scope.kind;
    return [...place, ...SHOWN_KINDS.map(() => dim('–')), dim(why)];
  }
  return [...place, ...renderObservation(observation)];
}

function renderObservation(observation: Observation): (string | Span)[] {
  if (observation.kind === 'unknown') {
    return [...SHOWN_KINDS.map(() => yellow('?')), yellow(`${observation.cause}: ${observation.message}`)];
  }
  const counts = countKinds(observation.credentials);
  const cell = (count: number) => (count === 0 ? dim('0') : red(String(count)));
  return [...SHOWN_KINDS.map((kind) => cell(counts[kind])), ''];
}
