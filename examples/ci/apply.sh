#!/usr/bin/env bash
# Verifies a plan, applies it, and writes the evidence. It is told by its environment:
#   POLICY, PLAN  the files, as they were reviewed
#   TRUST         the content of trust.yaml, from a setting that no pull request can change
#   ROOTSWEEP_KEY the operator's key, which signs the journal and the receipt, such as awskms:alias/operators
#   ORGANIZATION  the id of the organization, in place of typing it at the prompt
#   OUT           a folder for the evidence
# Its exit code is that of verify where it refuses (4) or approvals are missing (7), else that of apply. A journal of an earlier run that lies beside the
# plan is gone on with.
set -euo pipefail
rootsweep() { npx --no-install rootsweep "$@"; }

mkdir -p "$OUT"
# Not in the repository, where a pull request could change it, and for nobody else to write.
trusted=$(mktemp -d)
trap 'rm -r "$trusted"' EXIT
(umask 077 && printf '%s\n' "$TRUST" > "$trusted/trust.yaml")
rootsweep verify "$PLAN" --policy "$POLICY" --trust "$trusted/trust.yaml"

code=0
rootsweep apply "$PLAN" --policy "$POLICY" --trust "$trusted/trust.yaml" --confirm "$ORGANIZATION" || code=$?

# Whatever the end, the journal says how far it got.
shopt -s nullglob
stem=${PLAN%.yaml}
for journal in "${stem%.yml}".*.journal.jsonl; do
  receipt=$OUT/$(basename "$journal" .journal.jsonl).receipt
  if ! rootsweep receipt "$journal" --trust "$OUT/trust.yaml" --key "$ROOTSWEEP_KEY" --out "$receipt.yaml" ||
    ! rootsweep receipt "$journal" --trust "$OUT/trust.yaml" --format markdown --out "$receipt.md"; then
    # It must not hide what apply had to say.
    ((code != 0)) || code=1
  fi
done
exit "$code"
