import { Command, Option } from 'clipanion';
import type { Notice, Template } from '../core/plan/notice.js';
import type { Plan } from '../core/plan/plan.js';
import { RootsweepError } from '../errors.js';
import type { Line } from '../views/format/lines.js';
import { AwsCommand, REDACT } from './command.js';
import { withTrust } from './trust-options.js';

const TEMPLATE_LIMITS = { what: 'template', maxBytes: 2 ** 16 } as const;

export class NoticeCommand extends withTrust(AwsCommand, 'The trust file') {
  static override paths = [['notice']];
  static override usage = Command.Usage({
    category: 'Plan and apply',
    description:
      'Write what the owner of each account should know, and can object to, before a plan is applied',
    details: `
      One text for each account in which the plan deletes something: as Markdown, and, with --from, as a mail to the
      email address of the account, which is read from AWS, because a plan holds none. Nothing is sent. The policy's
      notBefore makes a plan wait for objections.

      A template is Markdown with {{account}}, {{name}}, {{email}}, {{ou}}, {{organization}}, {{credentials}} (on a line
      of its own), {{when}}, {{plan}} and {{digest}}; its first line is the subject.

      Exit code 0: written; 3: findings stop the plan; 4: refused.
    `,
    examples: [
      ['Read them', 'rootsweep notice prod.plan.yaml'],
      ['Mails to send', 'rootsweep notice prod.plan.yaml --out notices --from security@example.com'],
      ['In your words', 'rootsweep notice prod.plan.yaml --out notices --template notice.md'],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  out = Option.String('--out', { description: 'A new folder to write them to, in place of standard output' });
  template = Option.String('--template', { description: 'The text, in place of the default one' });
  redact = Option.Boolean('--redact', false, { description: `${REDACT}; mails need addresses` });
  from = Option.String('--from', { description: 'Write mails, too, from this address' });

  protected async run(): Promise<number> {
    const { readEnvelope, verifyTrust } = await import('./inputs.js');
    const { parseSweep } = await import('../files/plan/plan.js');
    const { digestBody } = await import('../core/signing/envelope.js');
    const { checkApplicable, checkExpiry } = await import('../core/plan/guard.js');
    const { isDeleteEntry } = await import('../core/plan/plan.js');
    const { assembleNotice } = await import('../core/plan/notice.js');
    const { createRedact, joinKnown, knownOfPlan } = await import('../core/cli/redact.js');
    const { clock } = this.context;

    if (this.redact) this.mask = createRedact();
    const from = await this.readFrom();
    const template = await this.readTemplate();
    if (this.out !== undefined) {
      const { checkNoticeFolder } = await import('../files/plan/notice-folder.js');
      await checkNoticeFolder(this.resolvePath(this.out));
    }
    const envelope = await readEnvelope(this.resolvePath(this.plan), this.plan);
    const now = clock.now();
    const trust = this.trustIfNamed;
    if (trust !== undefined) {
      await verifyTrust(envelope, this.plan, trust, this.context, now);
    }
    const plan = parseSweep(envelope.body, this.plan);
    checkExpiry(plan, now);
    checkApplicable(plan);
    const digest = digestBody(envelope.body);
    const entries = plan.accounts.filter(isDeleteEntry);
    const addresses = await this.readAddresses(
      plan,
      entries.map(({ id }) => id),
    );
    if (this.redact) {
      const emails = { emails: addresses.values() };
      this.mask = createRedact(joinKnown(knownOfPlan(plan), emails));
    }
    const notices = entries.map((entry) =>
      this.mask(assembleNotice(plan, digest, entry, addresses.get(entry.id) ?? '')),
    );
    if (this.out === undefined) await this.printNotices(notices, template);
    else await this.writeNotices(notices, template, from, this.out);
    if (trust === undefined) {
      this.tell([['Signatures were not checked; pass --trust, or run: rootsweep verify']]);
    }
    return 0;
  }

  private async readAddresses(plan: Plan, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { openAws } = await import('../aws/open.js');
    const { checkOrganization } = await import('../core/plan/guard.js');
    const { readAddresses } = await import('../workflows/addresses.js');
    const aws = await openAws(this.awsSettings, 1, this.context.clock);
    try {
      const { organization } = await aws.reader.open();
      checkOrganization(plan, organization);
      return await readAddresses(aws.reader, ids);
    } finally {
      aws.close();
    }
  }

  private async renderMarkdown(notice: Notice, template: Template): Promise<Line[]> {
    const { renderNoticeMarkdown } = await import('../views/plan/notice-markdown.js');
    const { REDACTED } = await import('../views/plan/verdict-words.js');
    return [...(this.redact ? [[REDACTED], []] : []), ...renderNoticeMarkdown(notice, template)];
  }

  private async printNotices(notices: readonly Notice[], template: Template): Promise<void> {
    const { renderLines } = await import('../views/format/lines.js');
    for (const [index, notice] of notices.entries()) {
      const lines = await this.renderMarkdown(notice, template);
      if (this.json)
        this.printJson('notice', { redacted: this.redact, ...notice, markdown: renderLines(lines, false) });
      else this.print([...(index > 0 ? [[], ['---'], []] : []), ...lines]);
    }
  }

  private async writeNotices(
    notices: readonly Notice[],
    template: Template,
    from: string | undefined,
    out: string,
  ): Promise<void> {
    const { writeNoticeFolder } = await import('../files/plan/notice-folder.js');
    const { renderNoticeMail, writeAddress } = await import('../views/plan/notice-mail.js');
    const { renderLines } = await import('../views/format/lines.js');
    const { plural } = await import('../views/format/counts.js');
    const now = this.context.clock.now();
    const files = new Map<string, string>();
    for (const notice of notices) {
      files.set(`${notice.account}.md`, renderLines(await this.renderMarkdown(notice, template), false));
      if (from !== undefined) {
        files.set(`${notice.account}.eml`, renderNoticeMail(notice, template, from, now));
      }
    }
    await writeNoticeFolder(this.resolvePath(out), files);
    const unaddressed =
      from === undefined ? [] : notices.filter(({ email }) => writeAddress(email) === undefined);
    for (const { account, email } of unaddressed) {
      this.tell([
        [`The mail to ${account} names no recipient: "${email}" is no address that it could name.`],
      ]);
    }
    if (this.json) {
      const without = unaddressed.map(({ account }) => account);
      this.printJson('notices-written', { path: out, files: [...files.keys()], unaddressed: without });
    } else
      this.print([
        [
          `${plural(files.size, 'file', 'files')} for ${plural(notices.length, 'account', 'accounts')}: "${out}".`,
        ],
      ]);
  }

  private async readTemplate(): Promise<Template> {
    const { DEFAULT_TEMPLATE, parseTemplate } = await import('../files/plan/notice-template.js');
    const { readFileText } = await import('../files/io/text-file.js');
    if (this.template === undefined) return parseTemplate(DEFAULT_TEMPLATE, 'the default template');
    return parseTemplate(await readFileText(this.resolvePath(this.template), TEMPLATE_LIMITS), this.template);
  }

  private async readFrom(): Promise<string | undefined> {
    if (this.from === undefined) return undefined;
    if (this.redact) {
      throw new RootsweepError('USAGE', '--from writes mails, which need the addresses that --redact masks', {
        hint: 'leave one of them out',
      });
    }
    const { writeAddress } = await import('../views/plan/notice-mail.js');
    if (this.out === undefined) {
      throw new RootsweepError('USAGE', '--from writes mails, and there is no folder for them', {
        hint: 'pass --out FOLDER, too',
      });
    }
    const from = writeAddress(this.from);
    if (from !== undefined) return from;
    throw new RootsweepError('USAGE', `--from takes an address, not "${this.from}"`, {
      hint: 'for example: --from security@example.com',
    });
  }
}
