"""What the gate found, in every format: each has a module of its own, imported when it is asked for."""

from __future__ import annotations

from qplan.model.gate import GateReport
from qplan.render.base import Options

FORMATS = ("table", "json", "markdown", "summary", "github", "junit")
"""``summary`` is markdown for a step summary, which may be longer than a comment."""


def gate(report: GateReport, format: str, options: Options) -> str:
    """The text in one format; it ends with a newline."""
    match format:
        case "json":
            from qplan.render.gate_json import gate_json

            return gate_json(report)
        case "markdown" | "summary":
            from qplan.render.gate_markdown import COMMENT_BYTES, SUMMARY_BYTES, markdown

            return markdown(report, SUMMARY_BYTES if format == "summary" else COMMENT_BYTES)
        case "github":
            from qplan.render.gate_github import github

            return github(report)
        case "junit":
            from qplan.render.gate_junit import junit

            return junit(report)
        case _:
            from qplan.render.gate_table import table

            return table(report, options)


def verdict_line(report: GateReport) -> str:
    """The verdict in one line."""
    from qplan.render.gate_told import headline

    return headline(report)
