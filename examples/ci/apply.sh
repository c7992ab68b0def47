#!/usr/bin/env bash
# Verifies the merged plan, applies it, and writes the evidence. It runs in a checkout of the main branch. Its environment:
#   POLICY, PLAN   the files, as they were reviewed
#   TRUST          the content of trust.yaml, from a setting that no pull request can change
#   BASE           the main branch: what is applied must be in it
#   ROOTSWEEP_KEY  the operator's key, which signs journal and receipt
#   ORGANIZATION   the id of the organization, in place of typing it at the prompt
#   JOURNALS       a folder with the journal of an earlier run to continue, if any
#   OUT            a folder for the evidence
#   REDACT         "false" logs and renders email addresses, ids of credentials and callers too; anything else masks them
# Its exit code is 4 or 7 where the plan is refused or signatures are missing, otherwise that of apply.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rootsweep() { node "$here/../../dist/bin/rootsweep.js" "$@"; }
refuse() { echo "$1" >&2 && exit 4; }

mkdir -p "$OUT"
# Outside the checkout, and for nobody else to read or write.
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
(umask 077 && printf '%s\n' "$TRUST" > "$private/trust.yaml")

git merge-base --is-ancestor HEAD "refs/remotes/origin/$BASE" ||
  refuse "What is checked out is not in origin/$BASE: merge the plan, and apply it from there"
# A journal says what was deleted already. It comes from an earlier run of this job, never from a commit.
tracked=$(git ls-files -- '*.journal.jsonl')
[[ -z $tracked ]] || refuse "git tracks a journal, which anybody who can open a pull request may have written; remove it from the repository: ${tracked//$'\n'/, }"

shopt -s nullglob
stem=${PLAN%.yaml}
stem=${stem%.yml}
if [[ -n ${JOURNALS:-} ]]; then
  # Only the journal: what else the folder holds takes no file's place here.
  for journal in "$JOURNALS/$(basename "$stem")".*.journal.jsonl; do cp "$journal" "$(dirname "$PLAN")/"; done
fi

redact=(--redact)
if [[ ${REDACT:-} == false ]]; then redact=(); fi
trusted=(--trust "$private/trust.yaml")
rootsweep verify "$PLAN" --policy "$POLICY" "${trusted[@]}" --base "origin/$BASE" "${redact[@]}"

code=0
rootsweep apply "$PLAN" --policy "$POLICY" "${trusted[@]}" --key "$ROOTSWEEP_KEY" --confirm "$ORGANIZATION" "${redact[@]}" ||
  code=$?

# Whatever the end, the journal says how far it got. The signed receipt is whole; the one to be shown is masked.
for journal in "$stem".*.journal.jsonl; do
  receipt=$OUT/$(basename "$journal" .journal.jsonl).receipt
  if ! rootsweep receipt "$journal" "${trusted[@]}" --key "$ROOTSWEEP_KEY" --out "$receipt.yaml" ||
    ! rootsweep receipt "$journal" "${trusted[@]}" "${redact[@]}" --format markdown --out "$receipt.md"; then
    # It must not hide what apply had to say.
    ((code != 0)) || code=1
  fi
done
exit "$code"
