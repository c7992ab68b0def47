import { AwsError } from '../../aws-error.js';

export function invalidAttributeName(name: string): AwsError {
  return new AwsError('InvalidAttributeName', 400, `Unknown Attribute ${name}.`);
}
