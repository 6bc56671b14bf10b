#!/usr/bin/env bash
# Runs the gate once and hands what it found to GitHub. Ends with 0 whatever the verdict: the outputs, the summary and
# the comment must be there before the job fails, which verdict.sh does.
#
# Everything a workflow says comes in variables, never as text of this script, and leaves in an array:
# GATE_PATHS, GATE_ARGS (one a line), GATE_MAX_COST, GATE_MAX_USAGE, GATE_MAX_WALL, GATE_MAX_TOTAL_COST,
# GATE_MAX_INCREASE, GATE_MAX_INCREASE_PERCENT, GATE_QUANTILE, GATE_COMPARE_TO_GIT; the programs QPLAN and PYTHON.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d "$RUNNER_TEMP/qplan-gate.XXXXXX") || exit 1
arguments=(gate)

option() {
  if [ -n "$2" ]; then
    arguments+=("$1=$2")
  fi
}

# One argument from each line, without the blanks around it.
lines() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    if [ -n "$line" ]; then
      arguments+=("$line")
    fi
  done <<< "$1"
}

run() {
  base=${GATE_COMPARE_TO_GIT:-}
  if [ -z "$base" ]; then
    base=$(bash "$here/base.sh") || return 2
  fi
  [ "$base" = none ] || option --compare-to-git "$base"
  option --max-cost "${GATE_MAX_COST:-}"
  option --max-usage "${GATE_MAX_USAGE:-}"
  option --max-wall "${GATE_MAX_WALL:-}"
  option --max-total-cost "${GATE_MAX_TOTAL_COST:-}"
  option --max-increase "${GATE_MAX_INCREASE:-}"
  option --max-increase-percent "${GATE_MAX_INCREASE_PERCENT:-}"
  option --quantile "${GATE_QUANTILE:-}"
  lines "${GATE_ARGS:-}"
  arguments+=(--)
  lines "${GATE_PATHS:-}"
  "$QPLAN" "${arguments[@]}"
}

for written in json=gate.json markdown=comment.md summary=summary.md github=annotations.txt junit=junit.xml; do
  arguments+=(--write "${written%%=*}=$folder/${written#*=}")
done
run
status=$?
if [ -f "$folder/annotations.txt" ]; then
  cat "$folder/annotations.txt"
fi
exec "$PYTHON" -I "$here/publish.py" "$folder" "$status"
