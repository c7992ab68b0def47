/** The flags that `recover` and `unlock` share. */
import { Option } from 'clipanion';
import { AwsCommand, PASSPHRASE_FD, SIGNING_KEY } from './command.js';

export abstract class NamedPlanCommand extends AwsCommand {
  policy = Option.String('--policy', { required: true, description: 'The policy file' });
  out = Option.String('--out', { required: true, description: 'Where to write the plan' });
  reason = Option.String('--reason', {
    required: true,
    description: 'Why, for whoever reviews the plan and reads the receipt',
  });
  key = Option.String('--key', { description: SIGNING_KEY });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });

  protected override readonly interrupted = 'interrupted; nothing was written';

  /** For a handful of accounts, one after another. */
  protected override get connections(): number {
    return 10;
  }
}
