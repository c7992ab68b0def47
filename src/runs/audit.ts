/** `audit`: what root credentials exist in every member account. */
import { createRedact, knownOfAccounts } from '../core/cli/redact.js';
import { EXIT } from '../errors.js';
import { assembleAuditReport } from '../workflows/audit-report.js';
import { type Survey, surveyOrganization } from '../workflows/survey.js';
import { AUDIT_FORMATS, type AuditFormat } from './audit-formats.js';
import { firstStep } from './first-step.js';
import type { AccountsHost } from './host.js';

export interface AuditFlags {
  readonly redact: boolean;
  readonly deep: boolean;
}

export async function runAudit(flags: AuditFlags, format: AuditFormat, host: AccountsHost): Promise<number> {
  const { redact: redacted } = flags;
  if (redacted) host.mask = createRedact();
  const { opened, survey } = await lookAtAll(flags, host);
  if (redacted) {
    const seen = survey.accounts.map(({ facts: { account }, observation: observed }) => ({
      email: account.email,
      observed,
    }));
    host.mask = createRedact(knownOfAccounts(seen, opened.caller.arn));
  }
  if (format === 'lines') printAccounts(host.mask(survey), redacted, host);
  else {
    const shown = {
      survey: host.mask(survey),
      organization: opened.organization.id,
      redacted,
      assembleReport: () => ({
        ...host.mask(assembleAuditReport(survey, opened, host.context.clock.now())),
        redacted,
      }),
    };
    host.print(await AUDIT_FORMATS[format](shown));
  }
  if (format === 'text') host.tellNext(await firstStep(host.resolvePath));
  const unknown = survey.accounts.some(
    ({ scope, observation }) => scope.kind === 'undecidable' || observation?.kind === 'unknown',
  );
  return unknown ? EXIT.partial : EXIT.done;
}

function lookAtAll({ deep }: AuditFlags, host: AccountsHost) {
  const { context, progress } = host;
  progress.begin('opening');
  return host.useAws(async (aws) => {
    const accounts = aws.reader.accounts();
    const opened = await aws.reader.open();
    const { organization } = opened;
    progress.begin('auditing');
    const survey = await surveyOrganization(aws.reader, aws.rootAccess(organization.partition), {
      accounts,
      policy: { include: [], exclude: [] },
      organization,
      today: context.clock.now(),
      concurrency: host.parallel,
      deep,
      allPaths: true,
      stop: context.stop,
      onEvent: (event) => progress.show(host.mask(event)),
    });
    progress.end();
    return { opened, survey };
  });
}

function printAccounts({ accounts }: Survey, redacted: boolean, host: AccountsHost): void {
  for (const { facts, scope, observation } of accounts) {
    const { account, unitPath: ou } = facts;
    const seen = { ...account, ou, scope: scope.kind, observation };
    host.printJson('account', { ...seen, redacted: redacted || undefined });
  }
}
