/** The parts of the scenario schema that files and control requests are validated against, and their locations. */
export const SCENARIO_SCHEMA = 'scenario.schema.json';

export const SCENARIO_PARTS = {
  scenario: SCENARIO_SCHEMA,
  faults: `${SCENARIO_SCHEMA}#/$defs/faults`,
  accountChange: `${SCENARIO_SCHEMA}#/$defs/accountChange`,
  policyChange: `${SCENARIO_SCHEMA}#/$defs/policyChange`,
} as const;

export type SchemaPart = keyof typeof SCENARIO_PARTS;
