/**
 * What the usual loop over the AWS CLI does, in one process, so that the start of a CLI for each call does not count:
 * look at five accounts at a time with six calls each, waiting for all five before the next five; then delete, account
 * by account. Its clients share their connections, which a CLI's cannot. Takes `plan`, or `plan+apply` to delete too.
 */
import {
  DeactivateMFADeviceCommand,
  DeleteLoginProfileCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeOrganizationCommand,
  ListAWSServiceAccessForOrganizationCommand,
  OrganizationsClient,
  paginateListAccounts,
} from '@aws-sdk/client-organizations';
import { AssumeRootCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const AT_A_TIME = 5;
const requestHandler = new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: 50 } });
const organizations = new OrganizationsClient({ requestHandler });
const sts = new STSClient({ requestHandler });

async function openSession(account: string, task: string): Promise<IAMClient> {
  const arn = `arn:aws:iam::aws:policy/root-task/${task}`;
  const { Credentials } = await sts.send(
    new AssumeRootCommand({ TargetPrincipal: account, TaskPolicyArn: { arn } }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  return new IAMClient({ requestHandler, credentials });
}

interface Found {
  readonly account: string;
  readonly password: boolean;
  readonly devices: readonly string[];
}

async function look(account: string): Promise<Found> {
  const iam = await openSession(account, 'IAMAuditRootUserCredentials');
  await iam.send(new GetUserCommand({}));
  const password = await iam.send(new GetLoginProfileCommand({})).then(
    () => true,
    () => false,
  );
  const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({}));
  await iam.send(new ListAccessKeysCommand({}));
  await iam.send(new ListSigningCertificatesCommand({}));
  return { account, password, devices: MFADevices.map(({ SerialNumber = '' }) => SerialNumber) };
}

await organizations.send(new ListAWSServiceAccessForOrganizationCommand({}));
const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
const accounts: string[] = [];
for await (const { Accounts = [] } of paginateListAccounts({ client: organizations }, {})) {
  for (const { Id = '', State } of Accounts)
    if (State === 'ACTIVE' && Id !== Organization?.MasterAccountId) accounts.push(Id);
}
const found: Found[] = [];
for (let first = 0; first < accounts.length; first += AT_A_TIME) {
  found.push(...(await Promise.all(accounts.slice(first, first + AT_A_TIME).map(look))));
}
if (process.argv[2] === 'plan+apply') {
  for (const { account, password, devices } of found) {
    if (!password && devices.length === 0) continue;
    const iam = await openSession(account, 'IAMDeleteRootUserCredentials');
    if (password) await iam.send(new DeleteLoginProfileCommand({}));
    for (const SerialNumber of devices) await iam.send(new DeactivateMFADeviceCommand({ SerialNumber }));
  }
}
requestHandler.destroy();
