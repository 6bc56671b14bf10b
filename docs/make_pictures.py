"""Draw the terminal pictures of the documentation: ``python docs/make_pictures.py``."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

DOCS = Path(__file__).parent
PICTURES = {"compare": ("compare", "--point", "workloads/vqe_h2.yaml", "--timeline")}


def main() -> None:
    """Run each command as on a terminal of 80 columns and save what it shows as SVG."""
    for name, arguments in PICTURES.items():
        code = f"import sys; sys.argv = ['qplan', *{arguments!r}]; sys.stdout.isatty = lambda: True; "
        code += "from qplan.__main__ import main; main()"
        environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm-256color"}
        environment.pop("NO_COLOR", None)
        shown = subprocess.run(
            [sys.executable, "-c", code], cwd=DOCS.parent, env=environment, check=True, capture_output=True, text=True
        ).stdout
        console = Console(record=True, width=82, file=io.StringIO(), force_terminal=True, color_system="truecolor")
        console.print(Text.from_ansi(f"$ qplan {' '.join(arguments)}\n{shown}"))
        console.save_svg(str(DOCS / "img" / f"{name}.svg"), title="qplan", unique_id="qplan")


if __name__ == "__main__":
    main()
