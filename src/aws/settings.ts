/** How AWS is called: what the user or a test sets, and the credentials of a session. */
import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { Stop } from '../core/base/stop.js';
import type { Throttled } from '../core/base/throttled.js';
import type { CallRate } from './call-rate.js';

/** Settings from the user or a test. Missing ones come from the SDK's default environment. */
export interface AwsSettings {
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: SessionCredentials;
  /** Replaces the built-in request handler. */
  readonly requestHandler?: RequestHandler;
  /** Maximum call rate. Default: just below AWS's documented quotas. */
  readonly pace?: CallRate;
  /** Called whenever AWS throttles a call, with the API if known. */
  readonly onThrottled?: (by: Throttled | undefined) => void;
  /** Interrupts waiting calls that change nothing. */
  readonly stop?: Stop;
  /** Milliseconds to add to the local clock when signing requests. */
  readonly systemClockOffset?: number;
}

export type RequestHandler = Extract<NonNullable<STSClientConfig['requestHandler']>, { handle: unknown }>;

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
