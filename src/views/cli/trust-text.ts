/** A trust file for people: the required signatures, the trusted keys and the revoked plans. */
import { quoteVisibly } from '../../core/base/text.js';
import { hasEnded } from '../../core/base/time.js';
import { PLAN_ROLES, type Trust, type TrustedKey } from '../../core/signing/trust.js';
import { plural } from '../format/counts.js';
import { alignRows, bold, dim, indent, type Line, red } from '../format/lines.js';

export function renderTrust({ threshold, keys, revoked }: Trust, path: string, now: Date): Line[] {
  const needed = PLAN_ROLES.filter((role) => threshold[role] > 0).map((role) => `${threshold[role]} ${role}`);
  const describeEnd = (trusted: TrustedKey) => {
    if (trusted.until === undefined) return '';
    return hasEnded(trusted, now) ? red(`ended on ${trusted.until}`) : dim(`until ${trusted.until}`);
  };
  const rows = keys.map((trusted) => [
    bold(quoteVisibly(trusted.name)),
    trusted.roles.join(', '),
    dim(`${trusted.key.algorithm} ${trusted.key.keyid.slice(0, 12)}`),
    describeEnd(trusted),
  ]);
  return [
    [bold(`Trust file "${path}"`)],
    [`A plan needs the signatures of ${needed.join(', ')}; no key counts twice.`],
    [],
    ...indent(2, alignRows(rows)),
    ...(revoked.length === 0
      ? []
      : [
          [],
          [`${plural(revoked.length, 'plan is', 'plans are')} revoked:`],
          ...revoked.map(({ plan, reason }): Line => [dim(`  sha256:${plan}  `), reason]),
        ]),
  ];
}
