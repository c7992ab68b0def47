/** Checks, one at a time, what an organization needs before a plan can succeed, and enables what is missing. */
import {
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
} from '@aws-sdk/client-iam';
import {
  DescribePolicyCommand,
  EnableAWSServiceAccessCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListPoliciesCommand,
  ListTargetsForPolicyCommand,
} from '@aws-sdk/client-organizations';
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import type { RootFeature } from '../core/action/plan-kind.js';
import type { Clock } from '../core/base/clock.js';
import type { Prerequisites } from '../workflows/ports.js';
import type { Calls, Send } from './call.js';
import { identifyCaller } from './caller.js';
import type { Clients } from './clients.js';
import { asCaller, explainCaller } from './explain-caller.js';
import { classifyError } from './failures.js';
import type { Limiter } from './limiter.js';
import { paginate } from './paginate.js';
import type { Limiters } from './quotas.js';
import { listFeatures, readOrganization } from './read-organization.js';
import { requireField } from './require-field.js';
import type { SendOptions } from './send-options.js';

const IAM_SERVICE_PRINCIPAL = 'iam.amazonaws.com';

export function createPrerequisites(
  clients: Clients,
  { call, forWork }: Calls,
  limiters: Limiters,
  clock: Clock,
): Prerequisites {
  const { organizations, sts, iam } = clients;

  const ask = <T>(action: string, send: Send<T>, by?: Limiter) => asCaller(action, () => call(send, by));

  const change = <T>(action: string, send: Send<T>, by?: Limiter) => {
    const work = forWork();
    work.hold();
    return asCaller(action, () => work.call(send, by));
  };

  /** Returns all members of a list. */
  async function list<T extends { NextToken?: string | undefined }, Member>(
    action: string,
    by: Limiter,
    send: (token: string | undefined, options: SendOptions) => Promise<T>,
    membersOf: (page: T) => readonly Member[] | undefined,
  ): Promise<Member[]> {
    const members: Member[] = [];
    const pages = paginate(
      action,
      (token) => call((options) => send(token, options), by),
      (page) => requireField(membersOf(page), action, 'its list'),
    );
    for await (const page of pages) members.push(...page);
    return members;
  }

  return {
    identity: () => identifyCaller(clients, call, clock),

    organization: () => readOrganization(clients, call, limiters.describeOrganization),

    features: () => listFeatures(clients, call),

    trustedAccess: async () => {
      const services = await list(
        'organizations:ListAWSServiceAccessForOrganization',
        limiters.serviceAccess,
        (NextToken, options) =>
          organizations.send(new ListAWSServiceAccessForOrganizationCommand({ NextToken }), options),
        (page) => page.EnabledServicePrincipals,
      );
      return services.some(({ ServicePrincipal }) => ServicePrincipal === IAM_SERVICE_PRINCIPAL);
    },

    delegatedAdministrators: async () => {
      const action = 'organizations:ListDelegatedAdministrators';
      const delegates = await list(
        action,
        limiters.listDelegates,
        (NextToken, options) =>
          organizations.send(
            new ListDelegatedAdministratorsCommand({ ServicePrincipal: IAM_SERVICE_PRINCIPAL, NextToken }),
            options,
          ),
        (page) => page.DelegatedAdministrators,
      );
      return delegates.map(({ Id }) => requireField(Id, action, 'the id of an account'));
    },

    controlPolicies: async () => {
      const action = 'organizations:ListPolicies';
      const policies = await list(
        action,
        limiters.policies,
        (NextToken, options) =>
          organizations.send(
            new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY', NextToken }),
            options,
          ),
        (page) => page.Policies,
      );
      return policies
        .filter(({ AwsManaged }) => AwsManaged !== true)
        .map(({ Id, Name }) => ({ id: requireField(Id, action, 'the id of a policy'), name: Name ?? '' }));
    },

    controlPolicyContent: async (id) => {
      const action = 'organizations:DescribePolicy';
      const { Policy } = await ask(
        action,
        (options) => organizations.send(new DescribePolicyCommand({ PolicyId: id }), options),
        limiters.policies,
      );
      return requireField(Policy?.Content, action, 'Content');
    },

    controlPolicyTargets: async (id) => {
      const action = 'organizations:ListTargetsForPolicy';
      const targets = await list(
        action,
        limiters.policies,
        (NextToken, options) =>
          organizations.send(new ListTargetsForPolicyCommand({ PolicyId: id, NextToken }), options),
        (page) => page.Targets,
      );
      return targets.map(({ TargetId }) => requireField(TargetId, action, 'the id of a target'));
    },

    enableTrustedAccess: async () => {
      await change(
        'organizations:EnableAWSServiceAccess',
        (options) =>
          organizations.send(
            new EnableAWSServiceAccessCommand({ ServicePrincipal: IAM_SERVICE_PRINCIPAL }),
            options,
          ),
        limiters.serviceAccess,
      );
    },

    enableFeature: async (feature) => {
      const action = `iam:EnableOrganizations${feature}`;
      const { EnabledFeatures } = await change<{ EnabledFeatures?: readonly string[] | undefined }>(
        action,
        (options) =>
          feature === 'RootSessions'
            ? iam.send(new EnableOrganizationsRootSessionsCommand({}), options)
            : iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}), options),
      );
      // The answer is the resulting list. Without the feature in it, the result is unknown.
      requireField(
        EnabledFeatures?.find((name) => name === feature),
        action,
        feature,
      );
    },

    isKnownToSts: async (feature, account, partition) => {
      const command = new AssumeRootCommand({
        TargetPrincipal: account,
        TaskPolicyArn: { arn: `arn:${partition}:iam::aws:policy/root-task/${TRIAL_TASKS[feature]}` },
        // The shortest possible session: the trial only checks that it can be opened.
        DurationSeconds: 1,
      });
      try {
        await call((options) => sts.send(command, options));
        return { kind: 'yes' };
      } catch (error) {
        const { kind, message } = classifyError(error);
        if (kind !== 'denied') throw explainCaller(error, 'sts:AssumeRoot');
        return { kind: OFF.test(message) ? 'not-yet' : 'not-told', message };
      }
    },
  };
}

/** Each feature lets AssumeRoot issue different tasks. Source: IAM User Guide, "Centrally manage root access". */
const TRIAL_TASKS: Readonly<Record<RootFeature, string>> = {
  RootCredentialsManagement: 'IAMAuditRootUserCredentials',
  RootSessions: 'S3UnlockBucketPolicy',
};

/** AssumeRoot's errors while a feature or trusted access is off. Source: recorded AWS answers. */
const OFF = /Service not enabled for AWS Organizations|feature is not enabled for your AWS Organization/;
