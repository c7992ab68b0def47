/** Files that `init` writes next to a policy: git attributes and a trust file. */

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
