import { AwsError } from '../aws-error.js';
import type { Constraint, Violation } from './fields.js';

/** The error of the Query services (STS, IAM) for invalid parameters. It lists all violations. */
export function queryViolation(violations: readonly Violation[]): AwsError {
  if (violations.some(({ constraint }) => constraint.kind === 'not-a-number')) {
    // The code is AWS's; the text is not documented.
    return new AwsError('MalformedInput', 400, 'Invalid Argument');
  }
  return new AwsError('ValidationError', 400, describeAll(violations));
}

/** The error of KMS for invalid parameters: the text of the Query services under another code. */
export function kmsViolation(violations: readonly Violation[]): AwsError {
  return unreadable(violations) ?? new AwsError('ValidationException', 400, describeAll(violations));
}

/** The error of S3 for invalid parameters: the first violation only. The code is S3's; the text is not captured. */
export function s3Violation([violation]: readonly Violation[]): AwsError {
  if (violation === undefined) throw new TypeError('s3Violation needs a violation');
  return new AwsError('InvalidArgument', 400, `Argument ${violation.field} is invalid`, {
    ArgumentName: violation.field,
  });
}

/**
 * The error of SQS for invalid parameters. Captures show a separate code for a missing one; other texts are not
 * documented.
 */
export function sqsViolation(violations: readonly Violation[]): AwsError {
  const unread = unreadable(violations);
  if (unread !== undefined) return unread;
  const [violation] = violations;
  if (violation === undefined) throw new TypeError('sqsViolation needs a violation');
  const { field, value, constraint } = violation;
  return constraint.kind === 'required'
    ? new AwsError('MissingParameter', 400, `The request must contain the parameter ${field}.`)
    : new AwsError(
        'InvalidParameterValue',
        400,
        `Value ${value} for parameter ${field} is invalid. Reason: ${describeConstraint(constraint)}`,
      );
}

/** The error of a JSON service for a member of the wrong type. */
function unreadable(violations: readonly Violation[]): AwsError | undefined {
  const wrongType = violations.find(
    ({ constraint }) => constraint.kind === 'wrong-type' || constraint.kind === 'not-a-number',
  );
  return (
    wrongType && new AwsError('SerializationException', 400, `Unexpected type of member ${wrongType.field}`)
  );
}

function describeAll(violations: readonly Violation[]): string {
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  return `${count} detected: ${violations.map(describe).join('; ')}`;
}

function describe({ field, value, constraint }: Violation): string {
  // `TaskPolicyArn.arn` is a member of a structure; if it is missing, AWS names the structure.
  const path = field
    .split('.')
    .slice(0, constraint.kind === 'required' ? 1 : undefined)
    .map((part) => `${part.charAt(0).toLowerCase()}${part.slice(1)}`)
    .join('.');
  return `Value${quote(value, constraint)} at '${path}' failed to satisfy constraint: ${describeConstraint(constraint)}`;
}

/** KMS marks its bytes as sensitive and does not repeat them. */
function quote(value: unknown, { kind }: Constraint): string {
  if (kind === 'min-bytes' || kind === 'max-bytes') return '';
  return kind === 'required' ? ' null' : ` '${value}'`;
}

function describeConstraint(constraint: Constraint): string {
  switch (constraint.kind) {
    case 'required':
      return 'Member must not be null';
    case 'min-length':
    case 'min-bytes':
      return `Member must have length greater than or equal to ${constraint.limit}`;
    case 'max-length':
    case 'max-bytes':
      return `Member must have length less than or equal to ${constraint.limit}`;
    case 'min-value':
      return `Member must have value greater than or equal to ${constraint.limit}`;
    case 'max-value':
      return `Member must have value less than or equal to ${constraint.limit}`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${constraint.pattern}`;
    case 'choice':
      return `Member must satisfy enum value set: [${constraint.choices.join(', ')}]`;
    case 'not-a-number':
    case 'wrong-type':
      return 'Member must be of the expected type';
  }
}

/** The error of Organizations for invalid parameters: the first violation, with a reason for the field. */
export function organizationsViolation(violations: readonly Violation[]): AwsError {
  const unread = unreadable(violations);
  if (unread !== undefined) return unread;
  const [violation] = violations;
  if (violation === undefined) throw new TypeError('organizationsViolation needs a violation');
  const field = violation.field.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  const [reason, message] = REASONS[violation.constraint.kind] ?? ['INVALID_PATTERN', PATTERN_MESSAGE];
  return new AwsError('InvalidInputException', 400, message, { Reason: `${reason}:${field}` });
}

const PATTERN_MESSAGE = 'You provided a value that does not match the required pattern.';

/** The reasons are captured from AWS. Of the texts, only the one about patterns is; the others are modelled on it. */
const REASONS: Readonly<Record<string, readonly [reason: string, message: string]>> = {
  required: ['INPUT_REQUIRED', 'You must include a value for all required parameters.'],
  'min-length': ['MIN_LENGTH_EXCEEDED', 'You provided a string parameter that is shorter than allowed.'],
  'max-length': ['MAX_LENGTH_EXCEEDED', 'You provided a string parameter that is longer than allowed.'],
  'min-value': ['MIN_VALUE_EXCEEDED', 'You provided a numeric value that is smaller than allowed.'],
  'max-value': ['MAX_VALUE_EXCEEDED', 'You provided a numeric value that is larger than allowed.'],
  pattern: ['INVALID_PATTERN', PATTERN_MESSAGE],
};
