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

/** @param keyLines the entry of the key, as `keygen` prints it. */
export function draftTrust(keyLines: string): string {
  return `# Whose signatures a plan needs. Keep it where a pull request cannot change it.
version: 1
# One signature is enough to begin with. With reviewers: { planner: 1, approver: 1 }, and their keys below; the lines
# of a key are printed by: rootsweep keygen --from ~/.ssh/id_ed25519.pub --name ada
threshold: 1
keys:
${keyLines}`;
}

/**
 * A workflow for GitHub Actions. Nothing in it comes from outside.
 * @param region in which STS is called.
 */
export function draftWorkflow(region: string): string {
  return `# Plans each pull request that changes the policy, checks the plan, and keeps it for review. Deletes nothing.
#
# It needs, in the settings of this repository, out of reach of a pull request:
#   variable ROOTSWEEP_PLANNER_ROLE  ARN of the role that plans: rootsweep's README holds its policy
#   variable ROOTSWEEP_KEY           the key that signs, for example awskms:alias/plans
#   variable ROOTSWEEP_TRUST_FILE    the content of trust.yaml, with that key in it
# and rootsweep in package.json and package-lock.json.
name: rootsweep
on:
  pull_request:
    paths: [policy.yaml]
permissions: { contents: read, id-token: write }
concurrency: { group: rootsweep, cancel-in-progress: false }
jobs:
  plan:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
      ROOTSWEEP_KEY: \${{ vars.ROOTSWEEP_KEY }}
      ROOTSWEEP_TRUST_FILE: \${{ vars.ROOTSWEEP_TRUST_FILE }}
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0 } # the policy is compared with the one in the main branch
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm ci
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: \${{ vars.ROOTSWEEP_PLANNER_ROLE }}
          aws-region: ${region}
      - run: npx --no-install rootsweep plan --policy policy.yaml --out org.plan.yaml
      - run: printf '%s\\n' "$ROOTSWEEP_TRUST_FILE" > "$RUNNER_TEMP/trust.yaml"
      - run: npx --no-install rootsweep verify org.plan.yaml --policy policy.yaml --trust "$RUNNER_TEMP/trust.yaml"
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: plan, path: org.plan.yaml }
`;
}
