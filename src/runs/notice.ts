/** `notice`: one text for each account in which a plan deletes something, before it is applied. */
import { createRedact, joinKnown, knownOfPlan } from '../core/cli/redact.js';
import { checkApplicable, checkExpiry, checkOrganization } from '../core/plan/guard.js';
import { assembleNotice, type Notice, type Template } from '../core/plan/notice.js';
import { isDeleteEntry, type Plan } from '../core/plan/plan.js';
import { digestBody } from '../core/signing/envelope.js';
import { RootsweepError } from '../errors.js';
import { readFileText } from '../files/io/text-file.js';
import { checkNoticeFolder, writeNoticeFolder } from '../files/plan/notice-folder.js';
import { DEFAULT_TEMPLATE, parseTemplate } from '../files/plan/notice-template.js';
import { parseSweep } from '../files/plan/plan.js';
import { plural } from '../views/format/counts.js';
import { type Line, renderLines } from '../views/format/lines.js';
import { renderNoticeMail, writeAddress } from '../views/plan/notice-mail.js';
import { renderNoticeMarkdown } from '../views/plan/notice-markdown.js';
import { REDACTED } from '../views/plan/verdict-words.js';
import { readAddresses } from '../workflows/addresses.js';
import type { AwsHost } from './host.js';
import { readEnvelope, type TrustFlags, verifyTrust } from './inputs.js';

const TEMPLATE_LIMITS = { what: 'template', maxBytes: 2 ** 16 } as const;

export interface NoticeFlags extends TrustFlags {
  readonly plan: string;
  /** A new folder, in place of standard output. */
  readonly out: string | undefined;
  readonly template: string | undefined;
  readonly redact: boolean;
  /** The address from which mails are written, too. */
  readonly from: string | undefined;
}

/** Notices, and how they are written. */
interface Notices {
  readonly notices: readonly Notice[];
  readonly template: Template;
  readonly from: string | undefined;
  readonly redact: boolean;
}

export async function runNotice(flags: NoticeFlags, host: AwsHost): Promise<number> {
  const { redact, out } = flags;
  if (redact) host.mask = createRedact();
  const from = readFrom(flags);
  const template = await readTemplate(flags.template, host);
  if (out !== undefined) await checkNoticeFolder(host.resolvePath(out));
  const { plan, digest, isTrusted } = await readSweep(flags, host);
  const entries = plan.accounts.filter(isDeleteEntry);
  const addresses = await askAddresses(plan, entries, host);
  if (redact) host.mask = createRedact(joinKnown(knownOfPlan(plan), { emails: addresses.values() }));
  const notices = entries.map((entry) =>
    host.mask(assembleNotice(plan, digest, entry, addresses.get(entry.id) ?? '')),
  );
  const all = { notices, template, from, redact };
  if (out === undefined) printNotices(all, host);
  else await writeNotices(all, out, host);
  if (!isTrusted) host.tell([['Signatures were not checked; pass --trust, or run: rootsweep verify']]);
  return 0;
}

/** @throws RootsweepError where no owner should be told of the plan. */
async function readSweep(flags: NoticeFlags, { context }: AwsHost) {
  const envelope = await readEnvelope(flags.plan, context);
  const now = context.clock.now();
  const isTrusted = flags.trust !== undefined;
  if (isTrusted) await verifyTrust(envelope, flags, context, now);
  else if (flags.confirmTrust !== undefined) {
    throw new RootsweepError(
      'USAGE',
      '--confirm-trust confirms the file of --trust, and there is no --trust',
      { hint: 'pass --trust FILE, too' },
    );
  }
  const plan = parseSweep(envelope.body, flags.plan);
  checkExpiry(plan, now);
  checkApplicable(plan);
  return { plan, digest: digestBody(envelope.body), isTrusted };
}

function askAddresses(
  plan: Plan,
  entries: readonly { readonly id: string }[],
  host: AwsHost,
): Promise<ReadonlyMap<string, string>> {
  return host.useAws(async ({ reader }) => {
    const { organization } = await reader.open();
    checkOrganization(plan, organization);
    return readAddresses(
      reader,
      entries.map(({ id }) => id),
    );
  });
}

function renderMarkdown(notice: Notice, { template, redact }: Notices): Line[] {
  return [...(redact ? [[REDACTED], []] : []), ...renderNoticeMarkdown(notice, template)];
}

function printNotices(all: Notices, host: AwsHost): void {
  for (const [index, notice] of all.notices.entries()) {
    const lines = renderMarkdown(notice, all);
    if (host.json) {
      const markdown = renderLines(lines, false);
      host.printJson('notice', { redacted: all.redact, ...notice, markdown });
    } else host.print([...(index > 0 ? [[], ['---'], []] : []), ...lines]);
  }
}

async function writeNotices(all: Notices, out: string, host: AwsHost): Promise<void> {
  const { notices, template, from } = all;
  const now = host.context.clock.now();
  const files = new Map<string, string>();
  for (const notice of notices) {
    files.set(`${notice.account}.md`, renderLines(renderMarkdown(notice, all), false));
    if (from !== undefined) {
      files.set(`${notice.account}.eml`, renderNoticeMail(notice, template, from, now));
    }
  }
  await writeNoticeFolder(host.resolvePath(out), files);
  const unaddressed =
    from === undefined ? [] : notices.filter(({ email }) => writeAddress(email) === undefined);
  for (const { account, email } of unaddressed) {
    host.tell([[`The mail to ${account} names no recipient: "${email}" is no address that it could name.`]]);
  }
  if (host.json) {
    const without = unaddressed.map(({ account }) => account);
    host.printJson('notices-written', { path: out, files: [...files.keys()], unaddressed: without });
    return;
  }
  const written = plural(files.size, 'file', 'files');
  host.print([[`${written} for ${plural(notices.length, 'account', 'accounts')}: "${out}".`]]);
}

async function readTemplate(path: string | undefined, host: AwsHost): Promise<Template> {
  if (path === undefined) return parseTemplate(DEFAULT_TEMPLATE, 'the default template');
  return parseTemplate(await readFileText(host.resolvePath(path), TEMPLATE_LIMITS), path);
}

/** @throws RootsweepError USAGE */
function readFrom({ from, redact, out }: NoticeFlags): string | undefined {
  if (from === undefined) return undefined;
  if (redact) {
    throw new RootsweepError('USAGE', '--from writes mails, which need the addresses that --redact masks', {
      hint: 'leave one of them out',
    });
  }
  if (out === undefined) {
    throw new RootsweepError('USAGE', '--from writes mails, and there is no folder for them', {
      hint: 'pass --out FOLDER, too',
    });
  }
  const address = writeAddress(from);
  if (address !== undefined) return address;
  throw new RootsweepError('USAGE', `--from takes an address, not "${from}"`, {
    hint: 'for example: --from security@example.com',
  });
}
