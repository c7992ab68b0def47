/** The schemas of the files that rootsweep reads, in `schemas/`. */
export const SCHEMAS = [
  'organizations.schema.json',
  'plan.schema.json',
  'policy.schema.json',
  'receipt.schema.json',
  'trust.schema.json',
] as const;

export type SchemaName = (typeof SCHEMAS)[number];
