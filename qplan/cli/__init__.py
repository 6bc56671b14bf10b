"""The door: options to calls, text to the terminal or a file, errors to exit statuses."""

from __future__ import annotations

import sys

from qplan.cli.status import status_of


def main() -> None:
    """Run the command line; never returns."""
    sys.exit(status_of(_commands))


def _commands() -> None:
    from qplan.cli.app import app

    try:
        app(prog_name="qplan")
    except OSError as error:  # of a command's own text nothing comes this far: this was help or the version
        from qplan.cli.output import unwritable

        raise unwritable(error) from error
