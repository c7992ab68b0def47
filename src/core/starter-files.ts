/** What lies beside a policy: how git treats plans, and who plans in a pull request. */

/** Plans, approvals and receipts are read byte for byte. */
export const GIT_ATTRIBUTES = ['*.plan.yaml -text', '*.approval.yaml -text', '*.receipt.yaml -text'] as const;

export function draftGitAttributes(): string {
  return `# Plans, approvals and receipts are signed byte for byte: git must not change their line endings.\n${GIT_ATTRIBUTES.join('\n')}\n`;
}

/** Whether a file of attributes says all that plans need. */
export function hasGitAttributes(text: string): boolean {
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/\s+/g, ' ')));
  return GIT_ATTRIBUTES.every((line) => lines.has(line));
}

/**
 * @param keyLines the entries of the keys, as `keygen` prints them.
 * @param alone whether one key may plan and apply without another's signature.
 */
export function draftTrust(keyLines: string, { alone }: { readonly alone: boolean }): string {
  const threshold = alone
    ? `# One key decides alone: whoever holds it can delete credentials without another's review. To ask for reviews, write
# { planner: 1, approver: 1 }.
threshold: { planner: 1 }`
    : `# A plan needs the signature of whoever planned it and that of a reviewer. To also have a second audit confirm each
# plan: { planner: 1, approver: 1, witness: 1 }.
threshold: { planner: 1, approver: 1 }`;
  return `# Who is believed. Keep it where no pull request can change it.
version: 1
${threshold}
# To add a reviewer, run: rootsweep trust add --from KEY.pub --name NAME --role approver
keys:
${keyLines}`;
}

/**
 * A workflow for GitHub Actions, which is examples/github-actions/plan.yml. Nothing in it comes from outside.
 * @param region in which STS is called.
 */
export function draftWorkflow(region: string): string {
  return `# Plans each pull request that changes the policy or the plan, verifies the plan, and shows it for review. Deletes nothing.
#
# It needs, in the settings of this repository, out of reach of a pull request:
#   variable ROOTSWEEP_PLANNER_ROLE  ARN of the role that plans: rootsweep's README holds its policy
#   variable ROOTSWEEP_KEY           the key that signs, for example awskms:alias/plans
#   variable ROOTSWEEP_TRUST_FILE    the content of trust.yaml, with that key in it
# and rootsweep in package.json and package-lock.json.
#
# To apply what was merged: node_modules/rootsweep/examples/github-actions/apply.yml
name: rootsweep
on:
  pull_request:
    paths: [policy.yaml, org.plan.yaml, '*.approval.yaml']
permissions: {}
concurrency: { group: 'rootsweep-\${{ github.ref }}', cancel-in-progress: false }
jobs:
  plan:
    # A pull request from a fork gets no credentials. Whoever can push a branch here can change this file: let the role
    # plan, and never delete.
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 60
    # id-token: the role in AWS; pull-requests: the comment; security-events: code scanning.
    permissions: { contents: read, id-token: write, pull-requests: write, security-events: write }
    env:
      ROOTSWEEP_KEY: \${{ vars.ROOTSWEEP_KEY }}
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { fetch-depth: 0, persist-credentials: false } # the policy is compared with the one in the main branch
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with: { node-version: 24 }
      - run: npm ci --ignore-scripts
      - uses: ./node_modules/rootsweep/examples/github-actions
        with:
          role: \${{ vars.ROOTSWEEP_PLANNER_ROLE }}
          region: ${region}
          trust: \${{ vars.ROOTSWEEP_TRUST_FILE }}
          sarif: true # a private repository needs GitHub Code Security for it
          commit: false # true commits the plan to the branch, and needs "contents: write" above
`;
}
