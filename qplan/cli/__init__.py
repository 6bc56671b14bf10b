"""The door: options to calls, text to the terminal or a file, errors to exit statuses."""

from __future__ import annotations

import sys

from qplan.cli.status import INTERRUPTED


def main() -> None:
    """Run the command line; never returns."""
    try:
        from qplan.cli.app import app

        app(prog_name="qplan")
    except KeyboardInterrupt:
        sys.stderr.write("qplan: interrupted\n")
        sys.exit(INTERRUPTED)
