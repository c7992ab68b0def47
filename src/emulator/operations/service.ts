import type { AwsError } from '../aws-error.js';
import { jsonProtocol } from '../wire/json.js';
import type { Protocol } from '../wire/protocol.js';
import { queryProtocol } from '../wire/query.js';
import type { Violation } from './fields.js';
import { IAM_OPERATIONS } from './iam/operations.js';
import { KMS_OPERATIONS } from './kms/operations.js';
import type { Operation } from './operation.js';
import { ORGANIZATIONS_OPERATIONS } from './organizations/operations.js';
import { STS_OPERATIONS } from './sts/operations.js';
import { kmsViolation, organizationsViolation, queryViolation } from './violations.js';

export type ServiceName = 'organizations' | 'sts' | 'iam' | 'kms';

/** One AWS service: how it is spoken to, how it refuses, and what it can do. */
export interface Service {
  readonly name: ServiceName;
  readonly protocol: Protocol;
  /** The `Version` of the Query API, or the prefix of `X-Amz-Target`. */
  readonly api:
    | { readonly kind: 'query'; readonly version: string }
    | { readonly kind: 'json'; readonly target: string };
  readonly throttle: {
    readonly code: string;
    readonly message: string;
    readonly members?: Record<string, string>;
  };
  /**
   * How many minutes the date of a request may be away from AWS's clock. Captured texts of STS and SNS say 15
   * (`- 15 min.`: aws/aws-cli#6676, aws/aws-sdk-go#884), those of JSON services mostly 5 (aws/aws-cli#6833). No capture
   * is known of IAM, which is taken to be like STS, nor of Organizations and KMS, where the stricter is assumed.
   */
  readonly clockTolerance: 5 | 15;
  /** The code of an internal error. */
  readonly failure: string;
  readonly operations: Readonly<Record<string, Operation>>;
  refuse(violations: readonly Violation[]): AwsError;
}

const RATE_EXCEEDED = { code: 'Throttling', message: 'Rate exceeded' } as const;

export const SERVICES: Readonly<Record<ServiceName, Service>> = {
  organizations: {
    name: 'organizations',
    protocol: jsonProtocol('Message'),
    api: { kind: 'json', target: 'AWSOrganizationsV20161128' },
    // The error and its members are in the service model; text and type are not documented.
    throttle: {
      code: 'TooManyRequestsException',
      message: 'You have sent too many requests in too short a period of time. Try again later.',
      members: { Type: 'RATE_EXCEEDED' },
    },
    clockTolerance: 5,
    failure: 'ServiceException',
    operations: ORGANIZATIONS_OPERATIONS,
    refuse: organizationsViolation,
  },
  sts: {
    name: 'sts',
    protocol: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
    api: { kind: 'query', version: '2011-06-15' },
    throttle: RATE_EXCEEDED,
    clockTolerance: 15,
    failure: 'InternalFailure',
    operations: STS_OPERATIONS,
    refuse: queryViolation,
  },
  iam: {
    name: 'iam',
    protocol: queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/'),
    api: { kind: 'query', version: '2010-05-08' },
    throttle: RATE_EXCEEDED,
    clockTolerance: 15,
    failure: 'ServiceFailure',
    operations: IAM_OPERATIONS,
    refuse: queryViolation,
  },
  kms: {
    name: 'kms',
    // The service model spells the member in small letters.
    protocol: jsonProtocol('message'),
    api: { kind: 'json', target: 'TrentService' },
    throttle: {
      code: 'ThrottlingException',
      message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    },
    clockTolerance: 5,
    failure: 'KMSInternalException',
    operations: KMS_OPERATIONS,
    refuse: kmsViolation,
  },
};

/** The names of all operations that the emulator knows. */
export function operationNames(): string[] {
  return Object.values(SERVICES).flatMap((service) => Object.keys(service.operations));
}

export function findService(name: string): Service | undefined {
  return Object.values(SERVICES).find((service) => service.name === name);
}

/** @param target the part of `X-Amz-Target` before the dot. */
export function findServiceByTarget(target: string): Service | undefined {
  return Object.values(SERVICES).find(({ api }) => api.kind === 'json' && api.target === target);
}
