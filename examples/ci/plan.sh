#!/usr/bin/env bash
# Plans, verifies the plan, and writes what a pipeline may publish of it. It runs in the checkout of what is reviewed, and
# nothing of that checkout is run. Its environment:
#   POLICY, PLAN   the files, named as they are in the repository
#   TRUST          the content of trust.yaml, from a setting that no pull request can change
#   BASE           the branch to merge into, if any: the policy is compared with the one there
#   ROOTSWEEP_KEY  the planner's key
#   OUT            a folder for what is published
#   REDACT         "false" publishes email addresses, ids of credentials and callers too; anything else masks them
# It fails where there is no plan. Otherwise OUT holds
#   comment.md, summary.md   what the plan would do; or that it is REFUSED, and why
#   verify.xml               the verdict as a test report
#   plan/                    the plan and its HTML page, only if verify ended with 0, 3 or 7
#   plan.sarif               findings, under the same condition
#   result                   plan-exit-code (0: nothing to delete, 2: something to delete, 3: findings stop it),
#                            verify-exit-code (0, 3, 4: refused, 7: signatures missing), sarif, and what is incomplete
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# The version that this script belongs to: the checkout may hold a program of that name too.
rootsweep() { node "$here/../../dist/bin/rootsweep.js" "$@"; }

mkdir -p "$OUT"
rm -rf "$OUT/plan" "$OUT"/{comment.md,summary.md,verify.xml,plan.sarif,result}
# Outside the checkout, where a pull request could change the trust file, and for nobody else to read or write.
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
(umask 077 && printf '%s\n' "$TRUST" > "$private/trust.yaml")

# Of "plan", what it prints is not masked.
redact=(--redact)
log=/dev/null
if [[ ${REDACT:-} == false ]]; then
  redact=()
  log=/dev/stdout
fi

# What can be compared is compared: a branch in which there is no policy yet has none to be loosened.
base=()
if [[ -n ${BASE:-} ]] && git rev-parse --git-dir > /dev/null 2>&1; then
  git rev-parse --verify --quiet "refs/remotes/origin/$BASE^{commit}" > /dev/null || {
    echo "origin/$BASE is not fetched, so the policy cannot be compared with the one there" >&2
    exit 1
  }
  if git cat-file -e "refs/remotes/origin/$BASE:$POLICY" 2> /dev/null; then base=(--base "origin/$BASE"); fi
fi

# Sets "verified" to the exit code.
verify() {
  local options=("$@")
  verified=0
  rootsweep verify "$PLAN" --policy "$POLICY" --trust "$private/trust.yaml" "${base[@]}" "${options[@]}" || verified=$?
}
property() { # of the last line of JSON on standard input
  node -e '
    const { readFileSync } = require("node:fs");
    const lines = readFileSync(0, "utf8").trim().split("\n");
    const value = process.argv[1].split(".").reduce((it, key) => it?.[key], JSON.parse(lines.at(-1)));
    console.log(value ?? "");
  ' "$1"
}

# A plan in the repository stays while it is good: approvals are of its bytes, and a new plan would make them void. One
# that trusted keys signed and that has had its time is replaced. Any other that verify refuses is shown as refused.
stale='^(PLAN_EXPIRED|PLAN_POLICY_MISMATCH|PLAN_WAIVER_ENDED|PLAN_LOOSENING_HIDDEN)$'
fresh=false
if [[ -e $PLAN ]]; then
  verify --json > "$private/verdict" 2> /dev/null
  case $verified in
    0 | 3 | 7) ;;
    4) if [[ $(property code < "$private/verdict") =~ $stale ]]; then fresh=true; fi ;;
    *) cat "$private/verdict" >&2 && exit "$verified" ;;
  esac
else
  fresh=true
fi

planned=
if [[ $fresh == true ]]; then
  planned=0
  rootsweep plan --policy "$POLICY" --out "$PLAN" --key "$ROOTSWEEP_KEY" --detailed-exitcode --quiet "${base[@]}" \
    > "$log" || planned=$?
  case $planned in
    0 | 2 | 3) ;;
    *) exit "$planned" ;;
  esac
fi

verify "${redact[@]}" --format junit --quiet > "$OUT/verify.xml" 2> "$private/reason"
cat "$private/reason" >&2
case $verified in
  0 | 3 | 7) ;;
  4)
    # Indented, so that it is text whatever it says.
    {
      echo "## REFUSED: do not approve or apply this plan"
      echo
      echo "It was refused, so nothing of it is shown here, and no copy of it is kept."
      echo
      sed 's/^/    /' "$private/reason"
      echo
      echo "To have it planned again, delete the plan from the branch."
    } | tee "$OUT/comment.md" > "$OUT/summary.md"
    printf '%s\n' "plan-exit-code=$planned" verify-exit-code=4 sarif=false incomplete= > "$OUT/result"
    exit 0
    ;;
  *) exit "$verified" ;;
esac

# One format that fails is no reason to leave out the others.
incomplete=()
show() { # FILE, and the options that make it
  local file=$1 options=("${@:2}")
  if ! rootsweep show "$PLAN" --policy "$POLICY" --trust "$private/trust.yaml" "${redact[@]}" "${options[@]}" > "$private/shown"; then
    incomplete+=("${file##*/}")
  else
    mv "$private/shown" "$file"
  fi
}
mkdir "$OUT/plan"
# Its bytes are what is signed, so it is kept as it is.
cp "$PLAN" "$OUT/plan/"
show "$OUT/comment.md" --format markdown
show "$OUT/summary.md" --format markdown --limit step-summary
show "$OUT/plan/plan.html" --format html
show "$OUT/plan.sarif" --format sarif
for file in "$OUT/comment.md" "$OUT/summary.md"; do
  [[ -e $file ]] || printf '## The plan could not be shown here\n\nThe log of this run says why.\n' > "$file"
done

if [[ -z $planned ]]; then
  planned=3
  if ((verified != 3)); then
    deletions=$(rootsweep show "$PLAN" --trust "$private/trust.yaml" --json | property plan.totals.decisions.delete)
    if ((deletions > 0)); then planned=2; else planned=0; fi
  fi
fi
sarif=$([[ -e $OUT/plan.sarif ]] && echo true || echo false)
printf '%s\n' "plan-exit-code=$planned" "verify-exit-code=$verified" "sarif=$sarif" "incomplete=${incomplete[*]}" > "$OUT/result"
