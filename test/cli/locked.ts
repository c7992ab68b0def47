/** An organization in which buckets and queues lock everyone out, and the commands that unlock them. */
import { ORGANIZATION } from './planned.js';

export const SHOP = '333333333333';

/** What denies everyone everything, as somebody wrote it. */
export function locked(service: 's3' | 'sqs'): string {
  return `{"Version": "2012-10-17","Statement":[ {"Sid":"Lock","Effect":"Deny","Principal":"*","Action":"${service}:*","Resource":"*"} ]}`;
}

/** Denies one role, and nobody else. */
const OPEN =
  '{"Statement":[{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::333333333333:role/old"},"Action":"s3:*","Resource":"*"}]}';
/** Denies whoever does not come by way of a VPC endpoint. */
const ENDPOINT =
  '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}}]}';

export const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
features: { rootSessions: true }
callers:
  operator: {}
  blind: { deny: ["sts:AssumeRoot"] }
  shop-admin: { account: "${SHOP}" }
accounts:
  - { id: "111111111111", name: management }
  - { id: "222222222222", name: other, ou: /Workloads, buckets: [{ name: elsewhere }] }
  - id: "${SHOP}"
    name: shop
    ou: /Workloads/Prod
    buckets:
      - { name: logs, region: eu-west-1, policy: '${locked('s3')}' }
      - { name: logs-archive, region: eu-west-1 }
      - { name: open, policy: '${OPEN}' }
      - { name: endpoint, policy: '${ENDPOINT}' }
      - { name: bare, region: eu-west-1 }
    queues:
      - { name: orders, region: eu-central-1, policy: '${locked('sqs')}' }
      - { name: bare, region: eu-central-1 }
`;

/** The command line that plans it. */
export function unlock(kind: 'bucket' | 'queue', account: string, name: string): string[] {
  return [
    ...['unlock', kind, account, name, '--reason', 'denies everyone', '--policy', 'policy.yaml'],
    ...['--out', 'unlock.plan.yaml', '--key', 'key.pem'],
  ];
}
