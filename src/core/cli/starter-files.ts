/** The files that `init` writes next to a policy: git attributes, trust file, GitHub workflow. */

/** Signatures cover the bytes of plans, approvals and receipts. */
export const GIT_ATTRIBUTES = ['*.plan.yaml -text', '*.approval.yaml -text', '*.receipt.yaml -text'] as const;

export function draftGitAttributes(): string {
  return `# Plans, approvals and receipts are signed byte for byte: git must not change their line endings.\n${GIT_ATTRIBUTES.join('\n')}\n`;
}

/** Whether a .gitattributes file has all attributes that plans need. */
export function hasGitAttributes(text: string): boolean {
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/\s+/g, ' ')));
  return GIT_ATTRIBUTES.every((line) => lines.has(line));
}

/**
 * @param keyLines the key entries, as `keygen` prints them.
 * @param alone whether one key may plan and apply without a second signature.
 */
export function draftTrust(keyLines: string, { alone }: { readonly alone: boolean }): string {
  const threshold = alone
    ? `# One key decides alone: its holder can delete credentials without a review. To require a review, write
# { planner: 1, approver: 1 }.
threshold: { planner: 1 }`
    : `# A plan needs the signatures of its planner and of a reviewer. To have a second audit confirm each plan, too:
# { planner: 1, approver: 1, witness: 1 }.
threshold: { planner: 1, approver: 1 }`;
  return `# Whose signatures count. Keep this file where no pull request can change it.
version: 1
${threshold}
# To add a reviewer, run: rootsweep trust add --from KEY.pub --name NAME --role approver
keys:
${keyLines}`;
}

/**
 * A workflow for GitHub Actions, equal to examples/github-actions/plan.yml. It holds no untrusted text.
 * @param region of STS.
 */
export function draftWorkflow(region: string): string {
  return `# Plans each pull request that changes the policy or the plan, verifies the plan, and shows it for review. Deletes nothing.
#
# It needs, in the settings of this repository, out of reach of a pull request:
#   environments rootsweep-plan and rootsweep-witness, each for the main branch alone
#   variable ROOTSWEEP_PLANNER_ROLE  ARN of the role that plans, which trusts this file in the main branch alone
#   variable ROOTSWEEP_KEY           the planner's key, for example awskms:alias/rootsweep-planner
#   variable ROOTSWEEP_TRUST_FILE    the content of trust.yaml
#   variable ROOTSWEEP_WITNESS_ROLE  ARN of the role that witnesses plans; without it, no job does
#   variable ROOTSWEEP_WITNESS_KEY   its key, for example awskms:alias/rootsweep-witness
#   variable ROOTSWEEP_REDACT        "false" shows email addresses and ids of credentials in comment, summary and alerts
# and rootsweep in package.json and package-lock.json. What must be protected, with the roles' trust policies:
# node_modules/rootsweep/examples/github-actions/README.md
#
# To apply what was merged: node_modules/rootsweep/examples/github-actions/apply.yml
name: rootsweep
on:
  # This file, package-lock.json and all that runs are those of the main branch; the pull request is data.
  pull_request_target:
    branches: [main]
    paths: [policy.yaml, org.plan.yaml, '*.approval.yaml']
permissions: {}
concurrency: { group: 'rootsweep-\${{ github.event.pull_request.number }}', cancel-in-progress: false }
jobs:
  plan:
    # Not for forks: their authors could have a plan signed.
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 60
    environment: rootsweep-plan
    # id-token: the role in AWS; pull-requests: the comment; security-events: code scanning.
    permissions: { contents: read, id-token: write, pull-requests: write, security-events: write }
    outputs: { verify-exit-code: '\${{ steps.plan.outputs.verify-exit-code }}' }
    env:
      ROOTSWEEP_KEY: \${{ vars.ROOTSWEEP_KEY }}
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false }
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with: { node-version: 24 }
      - run: npm ci --ignore-scripts
      # Nothing in this folder is run. Its history, because the policy is compared with the one in the main branch.
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { ref: '\${{ github.event.pull_request.head.sha }}', path: reviewed, fetch-depth: 0, persist-credentials: false }
      - id: plan
        uses: ./node_modules/rootsweep/examples/github-actions
        with:
          folder: reviewed
          role: \${{ vars.ROOTSWEEP_PLANNER_ROLE }}
          region: ${region}
          trust: \${{ vars.ROOTSWEEP_TRUST_FILE }}
          redact: \${{ vars.ROOTSWEEP_REDACT }}
          sarif: true # a private repository needs GitHub Code Security for it
          commit: false # true commits the plan to the branch, and needs "contents: write" above

  # Other credentials and another key than the planner's: neither job can make a plan count alone.
  witness:
    needs: plan
    if: vars.ROOTSWEEP_WITNESS_ROLE != '' && needs.plan.outputs.verify-exit-code == '7'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    environment: rootsweep-witness
    permissions: { contents: read, id-token: write }
    outputs: { verify-exit-code: '\${{ steps.witness.outputs.verify-exit-code }}' }
    env:
      ROOTSWEEP_KEY: \${{ vars.ROOTSWEEP_WITNESS_KEY }}
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { persist-credentials: false }
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with: { node-version: 24 }
      - run: npm ci --ignore-scripts
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { ref: '\${{ github.event.pull_request.head.sha }}', path: reviewed, fetch-depth: 0, persist-credentials: false }
      - id: witness
        uses: ./node_modules/rootsweep/examples/github-actions/witness
        with:
          folder: reviewed
          role: \${{ vars.ROOTSWEEP_WITNESS_ROLE }}
          region: ${region}
          trust: \${{ vars.ROOTSWEEP_TRUST_FILE }}
          redact: \${{ vars.ROOTSWEEP_REDACT }}
          commit: false # true commits the signature to the branch, and needs "contents: write" above

  # The check to require: it passes only where the plan has all its signatures and nothing stops it.
  signed:
    needs: [plan, witness]
    if: always() && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps:
      - name: Pass where the plan can be applied
        env:
          VERIFIED: \${{ needs.witness.outputs.verify-exit-code || needs.plan.outputs.verify-exit-code }}
        run: |
          case $VERIFIED in
            0) echo 'The plan has all its signatures' ;;
            3) echo 'Findings stop the plan: decide about them in the accounts or in the policy' ; exit 3 ;;
            7) echo 'Signatures are missing: push the approvals, and this check runs again' ; exit 7 ;;
            *) echo 'There is no plan that could be signed: see the job "plan"' ; exit 4 ;;
          esac
`;
}
