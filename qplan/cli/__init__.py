"""The door: options to calls, text to the terminal or a file, errors to exit statuses."""

from __future__ import annotations

import gc
import os
import sys

from qplan.cli.status import status_of

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Python looks for garbage after every 700 new objects, which takes 8 % of a short command and finds none."""


def main() -> None:
    """Run the command line; never returns."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # what else is installed must not change a check
    try:
        sys.exit(status_of(_commands))
    finally:
        gc.freeze()  # nothing is left that is worth looking through before the process ends: that takes 40 ms


def _commands() -> None:
    from qplan.cli.app import app

    try:
        app(prog_name="qplan")
    except OSError as error:  # of a command's own text nothing comes this far: this was help or the version
        from qplan.cli.output import unwritable

        raise unwritable(error) from error
