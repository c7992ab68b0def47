/** How people name a bucket or a queue, and what such a name says. */

/** A queue, as far as its name says where it is. */
export interface QueueName {
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
}

const BUCKET = /^(?:s3:\/\/|arn:[\w-]+:s3:::)?(?<name>[\w.-]{1,255})\/?$/;
const QUEUE_ARN = /^arn:[\w-]+:sqs:(?<region>[\w-]+):(?<account>\d{12}):(?<name>[\w-]{1,80}(?:\.fifo)?)$/;
/** Where AWS itself answers, the host names the region; in front of an emulator or a VPC endpoint, it does not. */
const QUEUE_URL = /^https?:\/\/(?<host>[^/]+)\/(?<account>\d{12})\/(?<name>[\w-]{1,80}(?:\.fifo)?)$/;
const HOST = /^(?:sqs\.(?<region>[\w-]+)|(?<legacy>[\w-]+)\.queue)\.amazonaws\.com(?:\.cn)?$/;
const QUEUE = /^(?<name>[\w-]{1,80}(?:\.fifo)?)$/;

/** `logs`, `s3://logs` and `arn:aws:s3:::logs` are one bucket; undefined for what is no name of one. */
export function parseBucketName(text: string): string | undefined {
  return BUCKET.exec(text)?.groups?.name;
}

/** From a name, a URL or an ARN; undefined for what is none of them. */
export function parseQueueName(text: string): QueueName | undefined {
  const { name, account, region, host } =
    (QUEUE_ARN.exec(text) ?? QUEUE_URL.exec(text) ?? QUEUE.exec(text))?.groups ?? {};
  if (name === undefined) return undefined;
  const named = HOST.exec(host ?? '')?.groups ?? {};
  const where = region ?? named.region ?? named.legacy;
  return {
    name,
    ...(account === undefined ? {} : { account }),
    ...(where === undefined ? {} : { region: where }),
  };
}
