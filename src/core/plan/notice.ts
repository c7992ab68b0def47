/** The notice to the owner of an account before anything is deleted in it: values for a template. */
import { nameTarget } from '../action/action.js';
import { describeUse, nameCredential } from '../action/credentials.js';
import { defined } from '../base/defined.js';
import type { DeleteEntry, Plan } from './plan.js';

/** The placeholders of a template, such as `{{name}}` for the account's name. */
export const PLACEHOLDERS = [
  'account',
  'name',
  'email',
  'ou',
  'organization',
  'credentials',
  'when',
  'plan',
  'digest',
] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A line of a template: texts and placeholders. */
export type TemplateLine = readonly (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: Placeholder }
)[];

/** `lines` are those of the template; the first is the subject of the mail. */
export interface Template {
  readonly lines: readonly TemplateLine[];
}

/** One credential that the plan deletes. */
export interface Going {
  /** `access-key AKIA…` */
  readonly name: string;
  /** Its dates and use (`describeUse`). */
  readonly use: string;
  /** The guard or the waiver that allows the deletion. */
  readonly by?: string;
}

/** A notice to one owner. Texts are as AWS returned them: the view must make them inert. */
export interface Notice {
  readonly account: string;
  readonly name: string;
  /** As AWS returns it now; empty if the account has left the organization. */
  readonly email: string;
  readonly ou: string;
  readonly organization: string;
  readonly going: readonly Going[];
  /** Times of the plan; without `notBefore` it may be applied at once. */
  readonly notBefore?: string;
  readonly expires: string;
  readonly plan: string;
  readonly digest: string;
}

/**
 * @param digest the plan's, in hex.
 * @param email of the account, which a plan does not hold.
 */
export function assembleNotice(plan: Plan, digest: string, entry: DeleteEntry, email: string): Notice {
  const { id: account, name, ou = 'unknown', observed, actions } = entry;
  const seen = new Map(observed.credentials.map((it) => [nameCredential(it), it]));
  return defined({
    account,
    name,
    email,
    ou,
    organization: plan.organization,
    going: actions.map((action) => {
      const target = nameTarget(action);
      const credential = seen.get(target);
      // `findPlanFault` refuses such a plan.
      if (credential === undefined) throw new Error('the plan deletes what its audit did not see');
      return defined({ name: target, use: describeUse(credential), by: action.by });
    }),
    notBefore: plan.notBefore,
    expires: plan.expires,
    plan: plan.id,
    digest,
  });
}
