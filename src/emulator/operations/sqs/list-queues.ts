import { AwsError } from '../../aws-error.js';
import { optionalInteger, optionalText } from '../fields.js';
import { operation } from '../operation.js';
import { pageByName } from '../page-by-name.js';
import { authorizeSqs } from './authorize-sqs.js';
import { urlOf } from './queues.js';

const LONGEST_PAGE = 1000;

/** Lists the caller's own queues in the region, by name. Pages the result only if the request sets a page size. */
export const listQueues = operation({
  input: {
    QueueNamePrefix: optionalText({}),
    NextToken: optionalText({}),
    MaxResults: optionalInteger({ min: 1, max: LONGEST_PAGE }),
  },
  run(call, { QueueNamePrefix = '', NextToken: token, MaxResults }) {
    const { world, endpointRegion: region } = call;
    const { account } = call.principal;
    authorizeSqs(call, 'ListQueues', `arn:aws:sqs:${region}:${account}:`);
    const queues = [...world.resources.values()]
      .filter((it) => it.kind === 'queue' && it.account === account && it.region === region)
      .filter(({ name }) => name.startsWith(QueueNamePrefix));
    const { page, next } = pageByName(world, queues, {
      listing: `queues ${account} ${region}`,
      token,
      size: MaxResults ?? LONGEST_PAGE,
      // Code and text of this error are not documented.
      invalidToken: () => new AwsError('InvalidParameterValue', 400, 'Invalid or expired next token.'),
    });
    return {
      output: {
        // AWS does not document whether an empty list is omitted.
        QueueUrls: page.length === 0 ? undefined : page.map(urlOf),
        NextToken: MaxResults === undefined ? undefined : next,
      },
    };
  },
});
