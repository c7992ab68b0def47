import type { AwsError } from '../aws-error.js';
import type { HttpBinding } from '../wire/http-binding.js';
import { jsonProtocol } from '../wire/json.js';
import type { Protocol } from '../wire/protocol.js';
import { queryProtocol } from '../wire/query.js';
import { restXmlProtocol } from '../wire/rest-xml.js';
import { type Signing, STANDARD_SIGNING } from '../wire/signature.js';
import type { Violation } from './fields.js';
import { IAM_OPERATIONS } from './iam/operations.js';
import { KMS_OPERATIONS } from './kms/operations.js';
import type { Operation } from './operation.js';
import { ORGANIZATIONS_OPERATIONS } from './organizations/operations.js';
import { S3_BINDINGS } from './s3/bindings.js';
import { readS3Host } from './s3/host.js';
import { S3_OPERATIONS } from './s3/operations.js';
import { S3_REWORDINGS } from './s3/rewordings.js';
import { SQS_OPERATIONS } from './sqs/operations.js';
import { STS_OPERATIONS } from './sts/operations.js';
import {
  kmsViolation,
  organizationsViolation,
  queryViolation,
  s3Violation,
  sqsViolation,
} from './violations.js';

export type ServiceName = 'organizations' | 'sts' | 'iam' | 'kms' | 's3' | 'sqs';

/** A service whose operations are identified by method and path. */
export interface RestApi {
  readonly kind: 'rest';
  /** By operation name. */
  readonly bindings: Readonly<Record<string, HttpBinding>>;
  /** Parses the host: the first path segment if the host contains it, and the region of the endpoint. */
  readHost(host: string): { readonly label?: string; readonly region?: string };
}

/** An AWS service: its protocol, its errors and its operations. */
export interface Service {
  readonly name: ServiceName;
  readonly protocol: Protocol;
  /** The `Version` of the Query API, or the prefix of `X-Amz-Target`. */
  readonly api:
    | { readonly kind: 'query'; readonly version: string }
    | { readonly kind: 'json'; readonly target: string }
    | RestApi;
  readonly signing: Signing;
  readonly throttle: {
    readonly code: string;
    /** Default: 400. */
    readonly status?: number;
    readonly message: string;
    readonly members?: Record<string, string>;
  };
  /**
   * The maximum difference in minutes between a request's date and AWS's clock. Captured texts of STS and SNS say 15
   * (`- 15 min.`: aws/aws-cli#6676, aws/aws-sdk-go#884), most of JSON services 5 (aws/aws-cli#6833). Without captures,
   * IAM is assumed to match STS, and Organizations, KMS and SQS to use the stricter 5. S3 documents 15.
   */
  readonly clockTolerance: 5 | 15;
  /** The error code for internal errors. */
  readonly failure: string;
  readonly operations: Readonly<Record<string, Operation>>;
  refuse(violations: readonly Violation[]): AwsError;
}

const RATE_EXCEEDED = { code: 'Throttling', message: 'Rate exceeded' } as const;

export const SERVICES: Readonly<Record<ServiceName, Service>> = {
  organizations: {
    name: 'organizations',
    protocol: jsonProtocol({ version: '1.1', messageMember: 'Message' }),
    api: { kind: 'json', target: 'AWSOrganizationsV20161128' },
    signing: STANDARD_SIGNING,
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
    signing: STANDARD_SIGNING,
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
    signing: STANDARD_SIGNING,
    throttle: RATE_EXCEEDED,
    clockTolerance: 15,
    failure: 'ServiceFailure',
    operations: IAM_OPERATIONS,
    refuse: queryViolation,
  },
  kms: {
    name: 'kms',
    // The service model spells `message` in lower case.
    protocol: jsonProtocol({ version: '1.1', messageMember: 'message' }),
    api: { kind: 'json', target: 'TrentService' },
    signing: STANDARD_SIGNING,
    throttle: {
      code: 'ThrottlingException',
      message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    },
    clockTolerance: 5,
    failure: 'KMSInternalException',
    operations: KMS_OPERATIONS,
    refuse: kmsViolation,
  },
  s3: {
    name: 's3',
    protocol: restXmlProtocol('http://s3.amazonaws.com/doc/2006-03-01/', S3_BINDINGS, S3_REWORDINGS),
    api: { kind: 'rest', bindings: S3_BINDINGS, readHost: readS3Host },
    signing: {
      path: 'as-sent',
      payload: 'declared',
      skewed: {
        code: 'RequestTimeTooSkewed',
        message: 'The difference between the request time and the current time is too large.',
      },
    },
    throttle: { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
    clockTolerance: 15,
    failure: 'InternalError',
    operations: S3_OPERATIONS,
    refuse: s3Violation,
  },
  sqs: {
    name: 'sqs',
    protocol: jsonProtocol({
      version: '1.0',
      messageMember: 'message',
      query: {
        namespace: 'com.amazonaws.sqs#',
        codes: { QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue' },
      },
    }),
    api: { kind: 'json', target: 'AmazonSQS' },
    signing: STANDARD_SIGNING,
    // The error is in the service model; its text is not documented.
    throttle: { code: 'RequestThrottled', status: 403, message: 'The request was throttled.' },
    clockTolerance: 5,
    failure: 'InternalFailure',
    operations: SQS_OPERATIONS,
    refuse: sqsViolation,
  },
};

/** Names of all operations that the emulator supports. */
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
