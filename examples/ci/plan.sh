#!/usr/bin/env bash
# Plans, verifies the plan, and writes what a pipeline publishes of it. It is told by its environment:
#   POLICY, PLAN  the files, named as they are in the repository
#   TRUST         the content of trust.yaml, from a setting that no pull request can change
#   BASE          the branch to merge into, if any: the policy is compared with the one there
#   OUT           a folder for what is published
# It fails where there is no plan. Else the file "result" in OUT holds the exit codes of plan (0: nothing to delete,
# 2: something to delete, 3: findings stop it) and of verify (0, 3, 4: refused, and 7: good
# so far, waiting for approval).
set -euo pipefail
rootsweep() { npx --no-install rootsweep "$@"; }

mkdir -p "$OUT"
# Not in the repository, where a pull request could change it, and for nobody else to write.
trusted=$(mktemp -d)
trap 'rm -r "$trusted"' EXIT
(umask 077 && printf '%s\n' "$TRUST" > "$trusted/trust.yaml")

# What can be compared is compared: a branch in which there is no policy yet has none to be loosened.
base=()
if [[ -n ${BASE:-} ]] && git rev-parse --git-dir > /dev/null 2>&1; then
  git rev-parse --verify --quiet "refs/remotes/origin/$BASE^{commit}" > /dev/null || {
    echo "origin/$BASE is not fetched, so that nobody can tell how the policy is looser than there" >&2
    exit 1
  }
fi
if [[ -n ${BASE:-} ]] && git cat-file -e "origin/$BASE:$POLICY" 2> /dev/null; then
  base=(--base "origin/$BASE")
fi

# A plan in the repository that was made with this very policy, and is still good, stays: approvals are of its bytes,
# and a new plan would make them void. Whether it is what was signed is for verify to say.
planned=
if [[ -e $PLAN ]]; then
  planned=$(rootsweep show "$PLAN" --json | node -e '
    const { createHash } = require("node:crypto");
    const { readFileSync } = require("node:fs");
    const { plan } = JSON.parse(readFileSync(0, "utf8"));
    const policy = createHash("sha256").update(readFileSync(process.env.POLICY)).digest("hex");
    if (plan.policy.sha256 === policy && Date.parse(plan.expires) > Date.now())
      console.log(!plan.applicable ? 3 : plan.totals.decisions.delete > 0 ? 2 : 0);
  ')
fi
if [[ -z $planned ]]; then
  planned=0
  rootsweep plan --policy "$POLICY" --out "$PLAN" --detailed-exitcode "${base[@]}" || planned=$?
  case $planned in
    0 | 2 | 3) ;;
    *) exit "$planned" ;;
  esac
fi

verified=0
rootsweep verify "$PLAN" --policy "$POLICY" --trust "$trusted/trust.yaml" "${base[@]}" --format junit > "$OUT/verify.xml" ||
  verified=$?
case $verified in
  0 | 3 | 4 | 7) ;;
  *) exit "$verified" ;;
esac

# Each of them says first who signed and what is missing, or that verify refuses the plan.
checks=(--policy "$POLICY" --trust "$trusted/trust.yaml")
rootsweep show "$PLAN" "${checks[@]}" --format markdown > "$OUT/comment.md"
rootsweep show "$PLAN" "${checks[@]}" --format markdown --limit step-summary > "$OUT/summary.md"
rootsweep show "$PLAN" "${checks[@]}" --format html > "$OUT/plan.html"
rootsweep show "$PLAN" "${checks[@]}" --format sarif > "$OUT/plan.sarif"
printf 'plan-exit-code=%s\nverify-exit-code=%s\n' "$planned" "$verified" > "$OUT/result"
