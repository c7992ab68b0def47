import { Command, Option } from 'clipanion';
import { ROLES, type Role, type Trust } from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';
import { AwsCommand, PASSPHRASE_FD, RootsweepCommand, TRUST_FILE } from './command.js';

export class TrustAddCommand extends AwsCommand {
  static override paths = [['trust', 'add']];
  static override choices = { '--role': ROLES };
  static override usage = Command.Usage({
    category: 'Keys',
    description: 'Add a public key to the trust file',
    details: `
      Changes nothing else in the file: comments stay. A file that is not there is made. Only the public half of the key
      is read; of an SSH key the .pub file is enough.

      Exit code 0: added; 4: the file is not valid, or the key or its name is in it already.
    `,
    examples: [
      [
        'A reviewer, by the SSH key that they have',
        'rootsweep trust add --from ada.pub --name ada --role approver',
      ],
      [
        'A witness whose key is in KMS',
        'rootsweep trust add --from awskms:alias/witness --name witness --role witness',
      ],
    ],
  });

  from = Option.String('--from', {
    required: true,
    description: 'The key: what --key takes elsewhere, or a .pub file',
  });
  name = Option.String('--name', { required: true, description: 'Name of its holder' });
  role = Option.Array('--role', {
    required: true,
    description: `What it may sign: ${ROLES.join(', ')} (repeat for more)`,
  });
  until = Option.String('--until', {
    description: 'The last day on which its signatures count, such as 2027-03-31',
  });
  trust = Option.String('--trust', { description: TRUST_FILE });
  passphraseFd = Option.String('--passphrase-fd', { description: PASSPHRASE_FD });

  protected async run(): Promise<number> {
    const { readPublicKey } = await import('../runs/key-options.js');
    const { editTrust } = await import('../runs/trust-target.js');
    const { addTrustedKey } = await import('../files/keys/trust-edit.js');
    const roles = chooseRoles(this.role);
    const { from: key, passphraseFd, name, until } = this;
    const { text: publicKey, keyid } = await readPublicKey({ key, passphraseFd }, this);
    const entry = { name, publicKey, roles, ...(until === undefined ? {} : { until }) };
    const path = await editTrust(this.trust, this.context, (text, shown) =>
      addTrustedKey(text, shown, entry),
    );
    if (this.json) this.printJson('key-trusted', { path, name, keyid, roles });
    else {
      const { quoteVisibly } = await import('../core/base/text.js');
      this.print([[`${quoteVisibly(name)} may now sign as ${roles.join(', ')}: "${path}".`]]);
    }
    return 0;
  }
}

export class TrustRevokeCommand extends RootsweepCommand {
  static override paths = [['trust', 'revoke']];
  static override usage = Command.Usage({
    category: 'Keys',
    description: 'Revoke a plan, so that it can no longer be approved or applied',
    details: `
      Adds the digest of the plan to the trust file. With this file, "verify", "approve", "witness" and "apply" refuse
      the plan, and "show" says so. Change the copies of the trust file elsewhere, too.

      Exit code 0: revoked; 4: the trust file is not valid.
    `,
    examples: [
      ['A plan', 'rootsweep trust revoke prod.plan.yaml --reason "an owner objected"'],
      ['By its digest', 'rootsweep trust revoke sha256:DIGEST --reason "an owner objected"'],
    ],
  });

  plan = Option.String({ name: 'PLAN' });
  reason = Option.String('--reason', {
    required: true,
    description: 'Why it is revoked; shown when it is refused',
  });
  trust = Option.String('--trust', { description: TRUST_FILE });

  protected async run(): Promise<number> {
    const { editTrust } = await import('../runs/trust-target.js');
    const { addRevokedPlan } = await import('../files/keys/trust-edit.js');
    const digest = await this.findDigest();
    const path = await editTrust(this.trust, this.context, (text, shown) => {
      if (text === undefined) {
        throw new RootsweepError('TRUST_MISSING', `there is no trust file at "${shown}"`, {
          hint: 'pass --trust FILE or set ROOTSWEEP_TRUST',
        });
      }
      return addRevokedPlan(text, shown, { plan: digest, reason: this.reason });
    });
    if (this.json) this.printJson('plan-revoked', { path, digest });
    else this.print([[`The plan sha256:${digest} is refused from now on by "${path}".`]]);
    return 0;
  }

  /** Of a plan that is on no disk any more, the digest is enough: journals and approvals are named for it. */
  private async findDigest(): Promise<string> {
    const named = /^(?:sha256:)?([0-9a-f]{64})$/.exec(this.plan)?.[1];
    if (named !== undefined) return named;
    const { readEnvelope } = await import('../runs/inputs.js');
    const { digestBody } = await import('../core/signing/envelope.js');
    return digestBody((await readEnvelope(this.plan, this.context)).body);
  }
}

export class TrustShowCommand extends RootsweepCommand {
  static override paths = [['trust', 'show']];
  static override usage = Command.Usage({
    category: 'Keys',
    description: 'Show which keys are trusted, what a plan needs, and which plans are revoked',
    examples: [
      ['The one that counts', 'rootsweep trust show'],
      ['Another one', 'rootsweep trust show --trust trust.yaml'],
    ],
  });

  trust = Option.String('--trust', { description: TRUST_FILE });

  protected async run(): Promise<number> {
    const { readTrustToEdit } = await import('../runs/trust-target.js');
    const { renderTrust } = await import('../views/cli/trust-text.js');
    const { parseTrust } = await import('../files/keys/trust.js');
    const { text, shown } = await readTrustToEdit(this.trust, this.context);
    const trust = parseTrust(text, shown);
    if (this.json) this.printJson('trust', { path: shown, ...describe(trust) });
    else this.print(renderTrust(trust, shown, this.context.clock.now()));
    return 0;
  }
}

function describe({ threshold, keys, revoked }: Trust): object {
  return {
    threshold,
    keys: keys.map(({ key: { keyid, text, algorithm }, ...rest }) => ({
      ...rest,
      keyid,
      publicKey: text,
      algorithm,
    })),
    revoked,
  };
}

/** @throws RootsweepError USAGE for what is no role. */
export function chooseRoles(named: readonly string[]): readonly Role[] {
  const stranger = named.find((role) => !ROLES.some((it) => it === role));
  if (stranger === undefined) return ROLES.filter((role) => named.includes(role));
  throw new RootsweepError('USAGE', `--role takes ${ROLES.join(', ')}, not "${stranger}"`, {
    hint: 'for example: --role approver',
  });
}
