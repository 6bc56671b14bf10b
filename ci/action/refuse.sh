#!/usr/bin/env bash
# First of all: these events run with the secrets and the write token of the repository, on files that a stranger wrote.
set -eu
case "${GITHUB_EVENT_NAME:-}" in
  pull_request_target | workflow_run)
    printf '::error title=qplan gate::%s\n' \
      "this action does not run on $GITHUB_EVENT_NAME, which gives the code of strangers the rights of the repository; use pull_request (docs/ci.md)"
    exit 2
    ;;
esac
