/** An IAM policy document with the elements that service control, task, resource and identity policies here need. */
export interface IamPolicyDocument {
  readonly Version?: string;
  readonly Statement: DocumentStatement | readonly DocumentStatement[];
}

export interface DocumentStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** In resource policies: `*` for everyone, or principals by type (`AWS`, `Service`, …). */
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  /** Operator → condition key → values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export type Principals = '*' | Readonly<Record<string, OneOrMany>>;

export type OneOrMany = string | readonly string[];

export function toList(value: OneOrMany): readonly string[] {
  return Array.isArray(value) ? value : [value as string];
}

export function statementsOf(document: IamPolicyDocument): readonly DocumentStatement[] {
  return 'Effect' in document.Statement ? [document.Statement] : document.Statement;
}

/** Parses a policy; undefined if the text is not one. */
export function parseIamPolicy(text: string): IamPolicyDocument | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('Statement' in value)) return undefined;
  const { Statement: given } = value;
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  const isPolicy = statements.length > 0 && statements.every(isStatement);
  return isPolicy ? (value as IamPolicyDocument) : undefined;
}

function isStatement(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('Effect' in value)) return false;
  return value.Effect === 'Allow' || value.Effect === 'Deny';
}
