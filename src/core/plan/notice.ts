/** What the owner of an account is told before anything is deleted in it: values for a template. */
import { nameTarget } from '../action/action.js';
import { type Credential, describeUse, nameCredential } from '../action/credentials.js';
import type { DeleteEntry, Plan } from './plan.js';

/** What a template can say; `{{name}}` stands for the account's name. */
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

/** A line of a template: texts, and placeholders between them. */
export type TemplateLine = readonly (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: Placeholder }
)[];

/** `lines` are those of the template; the first is the subject of the mail. */
export interface Template {
  readonly lines: readonly TemplateLine[];
}

/** One credential that will go. */
export interface Going {
  /** `access-key AKIA…` */
  readonly name: string;
  /** All that is known of it. */
  readonly use: string;
  /** The guard or the waiver that lets it go. */
  readonly by?: string;
}

/** What one owner is told. Texts are as AWS gave them: who writes them makes them inert. */
export interface Notice {
  readonly account: string;
  readonly name: string;
  /** As AWS says now; empty where the account is no longer in the organization. */
  readonly email: string;
  readonly ou: string;
  readonly organization: string;
  readonly going: readonly Going[];
  /** The plan's times; without `notBefore` it may be applied at once. */
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
  return {
    account,
    name,
    email,
    ou,
    organization: plan.organization,
    going: actions.map((action) => {
      const named = nameTarget(action);
      return {
        name: named,
        use: describeSeen(seen.get(named)),
        ...(action.by === undefined ? {} : { by: action.by }),
      };
    }),
    ...(plan.notBefore === undefined ? {} : { notBefore: plan.notBefore }),
    expires: plan.expires,
    plan: plan.id,
    digest,
  };
}

/** A plan names nothing that its audit did not see (`findPlanFault`). */
function describeSeen(credential: Credential | undefined): string {
  if (credential === undefined) throw new Error('the plan deletes what its audit did not see');
  return describeUse(credential);
}
