const AWS_HOST =
  /^(?:(?<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$/;
const LOCAL_HOST = /^(?<bucket>[a-z0-9][a-z0-9.-]*)\.localhost(?::\d+)?$/;

/**
 * The bucket of a virtual-hosted request, and the region of an endpoint of S3. The global endpoint is that of
 * us-east-1; that names of buckets lead from there to other regions once they are known everywhere is left out.
 */
export function readS3Host(host: string): { readonly label?: string; readonly region?: string } {
  const aws = AWS_HOST.exec(host)?.groups;
  const bucket = aws?.bucket ?? LOCAL_HOST.exec(host)?.groups?.bucket;
  return {
    ...(bucket !== undefined && { label: bucket }),
    ...(aws !== undefined && { region: aws.region ?? 'us-east-1' }),
  };
}
