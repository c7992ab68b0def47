const AWS_HOST =
  /^(?:(?<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$/;
const LOCAL_HOST = /^(?<bucket>[a-z0-9][a-z0-9.-]*)\.localhost(?::\d+)?$/;

/**
 * Parses the bucket of a virtual-hosted request and the region of the endpoint. The global endpoint counts as
 * us-east-1; S3's redirection from there to other regions is not emulated.
 */
export function readS3Host(host: string): { readonly label?: string; readonly region?: string } {
  const aws = AWS_HOST.exec(host)?.groups;
  const bucket = aws?.bucket ?? LOCAL_HOST.exec(host)?.groups?.bucket;
  return {
    ...(bucket !== undefined && { label: bucket }),
    ...(aws !== undefined && { region: aws.region ?? 'us-east-1' }),
  };
}
