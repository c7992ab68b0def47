/** An IAM policy document, as far as service control policies, task policies and callers need it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  /** Operator → condition key → values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export type OneOrMany = string | readonly string[];

export function listOf(value: OneOrMany): readonly string[] {
  return Array.isArray(value) ? value : [value as string];
}

export function statementsOf(document: PolicyDocument): readonly Statement[] {
  return 'Effect' in document.Statement ? [document.Statement] : document.Statement;
}
