"""``python -m qplan`` and the ``qplan`` command."""

from __future__ import annotations

from qplan.cli import main

if __name__ == "__main__":
    main()
