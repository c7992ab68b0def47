#!/usr/bin/env bash
# Audits with credentials of its own, makes the plan again, and signs it as witness if it is the same to the byte. It runs
# in the checkout of what is reviewed, and nothing of that checkout is run. Its environment:
#   POLICY, PLAN   the files, named as they are in the repository
#   TRUST          the content of trust.yaml, from a setting that no pull request can change
#   BASE           the branch to merge into, if any: the policy is compared with the one there
#   ROOTSWEEP_KEY  the witness's key, which nobody else may use
#   OUT            a folder for what is published
#   REDACT         "false" also logs how a plan differs from what AWS says now
# It fails with 4 where the plan is refused, and with 5 where it does not match what AWS reports now. Otherwise OUT holds summary.md;
# approval/, with the signature, if one was made; and result: verify-exit-code (0, 3, 7) and approval, the name of that
# file in the repository.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rootsweep() { node "$here/../../dist/bin/rootsweep.js" "$@"; }

mkdir -p "$OUT"
rm -rf "$OUT/approval" "$OUT"/{summary.md,result}
# Outside the checkout, where a pull request could change the trust file, and for nobody else to read or write.
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
(umask 077 && printf '%s\n' "$TRUST" > "$private/trust.yaml")

base=()
if [[ -n ${BASE:-} ]] && git cat-file -e "refs/remotes/origin/$BASE:$POLICY" 2> /dev/null; then
  base=(--base "origin/$BASE")
fi

verify() {
  verified=0
  rootsweep verify "$PLAN" --policy "$POLICY" --trust "$private/trust.yaml" "${base[@]}" --quiet > /dev/null || verified=$?
  case $verified in
    0 | 3 | 7) ;;
    *) exit "$verified" ;;
  esac
}
finish() { # what happened, and the name of the signature's file
  printf '## Witness\n\n%s\n' "$1" > "$OUT/summary.md"
  printf '%s\n' "verify-exit-code=$verified" "approval=${2:-}" > "$OUT/result"
  exit 0
}
property() {
  node -e '
    const { readFileSync } = require("node:fs");
    const lines = readFileSync(0, "utf8").trim().split("\n");
    console.log(JSON.parse(lines.at(-1))[process.argv[1]] ?? "");
  ' "$1"
}

verify
case $verified in
  0) finish 'The plan has all its signatures.' ;;
  3) finish 'Findings stop the plan, so there is nothing to sign.' ;;
esac

code=0
rootsweep witness "$PLAN" --policy "$POLICY" --trust "$private/trust.yaml" --key "$ROOTSWEEP_KEY" --detached --quiet --json \
  > "$private/witnessed" || code=$?
if ((code == 5)); then
  echo 'The plan does not match what AWS reports now, so it was not signed: plan again' | tee "$OUT/summary.md" >&2
  if [[ ${REDACT:-} == false ]]; then cat "$private/witnessed"; fi
  exit 5
elif ((code != 0)); then
  if [[ $(property code < "$private/witnessed") == KEY_SIGNED_ALREADY ]]; then
    finish 'The witness has signed this plan before; other signatures are missing.'
  fi
  cat "$private/witnessed" >&2
  exit "$code"
fi

signature=$(basename "$(property path < "$private/witnessed")")
folder=$(dirname "$PLAN")
mkdir "$OUT/approval"
cp "$folder/$signature" "$OUT/approval/"
if [[ $folder == . ]]; then name=$signature; else name=$folder/$signature; fi
verify
finish 'The witness made the plan again, got the same bytes, and signed it.' "$name"
