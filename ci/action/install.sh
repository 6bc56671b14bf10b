#!/usr/bin/env bash
# Installs qplan from the action's own checkout, so that the revision of the action is the revision of qplan.
#
# It goes into an environment of its own: the Python of the job stays as it is. -I keeps Python from importing anything
# out of the working directory, whose files the pull request chose.
#
# Reads  GATE_INSTALL (action | none), GATE_PYTHON, GATE_EXTRAS, GITHUB_ACTION_PATH, RUNNER_TEMP.
# Writes `qplan` and `python` to GITHUB_OUTPUT: the programs to run.
set -eu

fail() {
  printf '::error title=qplan gate::%s\n' "$1"
  exit 1
}

tell() {
  printf '%s=%s\n' "$1" "$2" >> "$GITHUB_OUTPUT"
}

python=$(command -v "${GATE_PYTHON:-python3}") || fail "there is no ${GATE_PYTHON:-python3}; add actions/setup-python before this step"

if [ "${GATE_INSTALL:-action}" = none ]; then
  qplan=$(command -v qplan) || fail "install: none, but there is no qplan on the PATH"
  tell qplan "$qplan"
  tell python "$python"
  exit 0
fi
[ "${GATE_INSTALL:-action}" = action ] || fail "install is action or none"
case "${GATE_EXTRAS:-}" in
  *[!a-z,]*) fail "extras are names of extras of qplan, such as fast" ;;
esac

"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "qplan needs Python 3.11 or newer; add actions/setup-python before this step"
"$python" -I -m venv "$RUNNER_TEMP/qplan-venv"
bin="$RUNNER_TEMP/qplan-venv/bin"
[ -d "$bin" ] || bin="$RUNNER_TEMP/qplan-venv/Scripts"
"$bin/python" -I -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH${GATE_EXTRAS:+[$GATE_EXTRAS]}"
tell qplan "$bin/qplan"
tell python "$bin/python"
