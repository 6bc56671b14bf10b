"""Assumptions and where they come from, arranged for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qplan.model.fact import Fact
from qplan.model.report import Report

_URL = re.compile(r"https?://(?:www\.)?([^\s/]+)(\S*)")
_PLACE = re.compile(r" \([^()\s]+/[^()]*\)")
_LONGEST = 28


def short(fact: Fact) -> str:
    """The source's name without what it says in detail: no file in brackets, short addresses, nothing past a colon.

    The whole of it, and its date, are in every other format and in ``qplan profiles show``.
    """
    source = _URL.sub(_short_address, without_place(fact.source))
    return source.partition(": ")[0].replace("IBM Quantum docs", "IBM docs")


def without_place(source: str) -> str:
    """The source without the file that it names in brackets."""
    return _PLACE.sub("", source)


def places(sources: Iterable[str]) -> list[str]:
    """Sources that name a file in brackets, once each, without what follows."""
    named = (source[: found.end()] for source in sources if (found := _PLACE.search(source)))
    return list(dict.fromkeys(named))


def shared(reports: Sequence[Report]) -> Iterator[tuple[str, list[Fact]]]:
    """Assumptions under a title each: those that all reports make, then those of one report only."""
    common = [fact for fact in reports[0].assumptions if all(fact in report.assumptions for report in reports)]
    if common:
        yield "Assumed", common
    for report in reports:
        if own := [fact for fact in report.assumptions if fact not in common]:
            yield f"Assumed for {report.workload.name} on {report.workload.backend.name}", own


def _short_address(match: re.Match[str]) -> str:
    host, path = match[1], match[2].partition("#")[0].partition("?")[0].rstrip("/")
    last = path.rpartition("/")[2].removesuffix(".html")
    if not last:
        return host
    between = "/…/" if path.count("/") > 1 else "/"
    return f"{host}{between}{last if len(last) <= _LONGEST else last[: _LONGEST - 1] + '…'}"
