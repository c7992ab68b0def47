/**
 * Validates request parameters against AWS's service models. A field converts a raw value and reports each violated
 * constraint; the service formats the error.
 */
export type Field<T> = (raw: unknown, report: (constraint: Constraint) => void) => T;

export type Constraint =
  | { readonly kind: 'required' }
  | { readonly kind: 'not-a-number' }
  | { readonly kind: 'wrong-type' }
  | { readonly kind: 'min-length' | 'max-length' | 'min-value' | 'max-value'; readonly limit: number }
  | { readonly kind: 'min-bytes' | 'max-bytes'; readonly limit: number }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

export interface Violation {
  readonly field: string;
  readonly value: unknown;
  readonly constraint: Constraint;
}

export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  /** Must match the whole text. */
  readonly pattern?: string;
}

export function optionalText(limits: TextLimits): Field<string | undefined> {
  const expression = limits.pattern === undefined ? undefined : new RegExp(`^(?:${limits.pattern})$`);
  return (raw, report) => {
    if (raw === undefined || raw === null) return undefined;
    if (typeof raw !== 'string') {
      report({ kind: 'wrong-type' });
      return undefined;
    }
    if (limits.min !== undefined && raw.length < limits.min)
      report({ kind: 'min-length', limit: limits.min });
    if (limits.max !== undefined && raw.length > limits.max)
      report({ kind: 'max-length', limit: limits.max });
    if (limits.pattern !== undefined && expression?.test(raw) === false) {
      report({ kind: 'pattern', pattern: limits.pattern });
    }
    return raw;
  };
}

export function requiredText(limits: TextLimits): Field<string> {
  const field = optionalText(limits);
  return (raw, report) => {
    const value = field(raw, report);
    if (value === undefined && (raw === undefined || raw === null)) report({ kind: 'required' });
    return value ?? '';
  };
}

/** A list of strings. */
export const optionalTexts: Field<readonly string[] | undefined> = (raw, report) => {
  if (raw === undefined || raw === null) return undefined;
  if (Array.isArray(raw) && raw.every((entry) => typeof entry === 'string')) return raw;
  report({ kind: 'wrong-type' });
  return undefined;
};

/** Strings by name. */
export const requiredTextMap: Field<Readonly<Record<string, string>>> = (raw, report) => {
  if (raw === undefined || raw === null) report({ kind: 'required' });
  else if (typeof raw !== 'object' || Object.values(raw).some((entry) => typeof entry !== 'string')) {
    report({ kind: 'wrong-type' });
  } else return { ...raw } as Record<string, string>;
  return {};
};

export function optionalChoice(choices: readonly string[]): Field<string | undefined> {
  const text = optionalText({});
  return (raw, report) => {
    const value = text(raw, report);
    if (value !== undefined && !choices.includes(value)) report({ kind: 'choice', choices });
    return value;
  };
}

export function requiredChoice(choices: readonly string[]): Field<string> {
  const field = optionalChoice(choices);
  return (raw, report) => {
    if (raw === undefined || raw === null) report({ kind: 'required' });
    return field(raw, report) ?? '';
  };
}

const BASE64 = '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?';

/** Bytes, which are base64 in JSON. */
export function requiredBlob({ min, max }: { min: number; max: number }): Field<Buffer> {
  const text = requiredText({ pattern: BASE64 });
  return (raw, report) => {
    let isWhole = true;
    const encoded = text(raw, (constraint) => {
      isWhole = false;
      // Invalid base64 is a wrong type, not a violation of a pattern in the model.
      report(constraint.kind === 'pattern' ? { kind: 'wrong-type' } : constraint);
    });
    const bytes = Buffer.from(encoded, 'base64');
    if (isWhole && bytes.length < min) report({ kind: 'min-bytes', limit: min });
    if (isWhole && bytes.length > max) report({ kind: 'max-bytes', limit: max });
    return bytes;
  };
}

/** Default: false. */
export const optionalFlag: Field<boolean> = (raw, report) => {
  if (raw !== undefined && raw !== null && typeof raw !== 'boolean') report({ kind: 'wrong-type' });
  return raw === true;
};

/** A 32-bit integer, as JSON or as text in a form (`0900` and `+900` are valid, `900.0` and blanks are not). */
export function optionalInteger({ min, max }: { min: number; max: number }): Field<number | undefined> {
  return (raw, report) => {
    if (raw === undefined || raw === null) return undefined;
    const value = typeof raw === 'string' && /^[+-]?\d+$/.test(raw) ? Number(raw) : raw;
    if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 0x7fff_ffff) {
      report({ kind: 'not-a-number' });
      return undefined;
    }
    if (value < min) report({ kind: 'min-value', limit: min });
    if (value > max) report({ kind: 'max-value', limit: max });
    return value;
  };
}

/** Reads the known parameters and ignores others, as AWS does. */
export function readFields<T>(
  fields: Fields<T>,
  parameters: Readonly<Record<string, unknown>>,
): { readonly input: T; readonly violations: readonly Violation[] } {
  const violations: Violation[] = [];
  const entries = Object.keys(fields).map((name) => {
    const raw = parameters[name];
    const report = (constraint: Constraint) => violations.push({ field: name, value: raw, constraint });
    return [name, fields[name as keyof T](raw, report)];
  });
  return { input: Object.fromEntries(entries) as T, violations };
}
