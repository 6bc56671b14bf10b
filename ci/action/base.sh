#!/usr/bin/env bash
# Prints the revision that a pull request is measured against; nothing where there is none to measure against.
#
# Limits and settings come from it, so it must not be the pull request that chooses it: it is the base that GitHub
# merged into, or the base branch as the server has it.
#
# Reads GITHUB_EVENT_NAME, GITHUB_REF, GITHUB_SHA, GITHUB_BASE_REF, and for a merge queue GITHUB_EVENT_PATH and PYTHON.
set -eu

known() {
  git rev-parse --verify --quiet --end-of-options "$1^{commit}"
}

case "${GITHUB_EVENT_NAME:-}" in
  pull_request)
    # What is checked out by default is GitHub's own merge, whose first parent is the base.
    case "${GITHUB_REF:-}" in
      refs/pull/*/merge)
        if [ "$(known HEAD || true)" = "${GITHUB_SHA:-}" ] && known 'HEAD^1'; then
          exit 0
        fi
        ;;
    esac
    branch=${GITHUB_BASE_REF:?}
    known "refs/remotes/origin/$branch" && exit 0
    git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$branch:refs/remotes/origin/$branch" >&2 || true
    known "refs/remotes/origin/$branch" && exit 0
    ;;
  merge_group)
    base=$("${PYTHON:-python3}" -I -c '
import json, sys
print(json.load(open(sys.argv[1], encoding="utf-8"))["merge_group"]["base_sha"])' "$GITHUB_EVENT_PATH")
    known "$base" && exit 0
    git fetch --quiet --no-tags --depth=1 origin "$base" >&2 || true
    known "$base" && exit 0
    ;;
  *)
    exit 0
    ;;
esac
echo "the base cannot be read: give actions/checkout fetch-depth: 2" >&2
exit 2
