import { Command, Option } from 'clipanion';
import { AwsCommand, REDACT, withTrust } from './command.js';

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
    const { runNotice } = await import('../runs/notice.js');
    return runNotice(this, this);
  }
}
