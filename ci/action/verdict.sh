#!/usr/bin/env bash
# The verdict becomes the result of the job, last of all. Without a status nothing was gated, and that fails.
set -u
case "${GATE_STATUS:-}" in
  '' | *[!0-9]*)
    printf '::error title=qplan gate::%s\n' "the gate came to no verdict"
    exit 70
    ;;
esac
exit "$GATE_STATUS"
