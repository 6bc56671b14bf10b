"""The commands that show stored documents again; nothing is simulated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from qplan.cli.output import color, width, write
from qplan.cli.setting_values import WORDS, percentile
from qplan.cli.status import DONE
from qplan.errors import FileError, Mark, Problem, UsageError, WorkloadError
from qplan.gate import amounts_of, currency_of, total_of
from qplan.gate.changes import changes, named
from qplan.model.gate import Priced
from qplan.model.stored import StoredDiff, StoredDocument, StoredReport
from qplan.parse.reader import STDIN, read_text, shown
from qplan.parse.stored import TWICE, check_distinct, read_stored
from qplan.render.base import Format, Options
from qplan.render.stored import diff, report


def diff_files(before: str, after: str, quantile: str, format: str, out: str | None) -> int:
    """How the workloads of two documents differ."""
    percent = _quantile(quantile)
    was, now = _read([before, after])
    problems = [*check_distinct(was), *check_distinct(now)]
    if problems:
        raise WorkloadError(problems)
    told = StoredDiff(
        before=was,
        after=now,
        quantile=percent,
        changes=changes(now.priced, was.priced, percent, named),
        was_total=total_of(was.priced, percent),
        total=total_of(now.priced, percent),
        currency=currency_of((*was.priced, *now.priced)),
        notes=tuple(_notes(was, now)),
    )
    write(diff(told, Format(format), Options(width=width(), color=color(out))), out)
    return DONE


def report_files(files: Sequence[str], quantile: str, format: str, out: str | None) -> int:
    """The workloads of documents, and what they come to together."""
    percent = _quantile(quantile)
    documents = _read(files)
    owners = _owners(documents)
    priced = tuple(priced for priced, _ in owners)
    told = StoredReport(
        priced=priced,
        documents=tuple(document for _, document in owners),
        amounts=tuple(amounts_of(each, percent) for each in priced),
        total=total_of(priced, percent),
        quantile=percent,
        currency=currency_of(priced),
        repeats=sum(len(document.priced) for document in documents) - len(priced),
    )
    write(report(told, Format(format), Options(width=width(), color=color(out))), out)
    return DONE


def _quantile(text: str) -> Decimal:
    try:
        return percentile(text)
    except ValueError:
        raise UsageError(f"--quantile: must be {WORDS['QUANTILE']}, not {text!r:.80}") from None


def _read(files: Sequence[str]) -> list[StoredDocument]:
    """The documents. Raises ``FileError`` and ``WorkloadError`` with what is wrong with all of them."""
    if list(files).count(STDIN) > 1:
        raise UsageError("standard input can be read once")
    documents: list[StoredDocument] = []
    problems: list[Problem] = []
    unread: list[str] = []
    for path in files:
        try:
            documents.append(read_stored(read_text(path), shown(path)))
        except FileError as error:
            unread.append(str(error))
        except WorkloadError as error:
            problems += error.problems
    if unread:
        raise FileError("\n".join(unread), problems)
    if problems:
        raise WorkloadError(problems)
    return documents


def _owners(documents: Sequence[StoredDocument]) -> list[tuple[Priced, StoredDocument]]:
    """Each workload with its document, once. Raises ``WorkloadError`` where two say different things of it."""
    found: dict[tuple[str, str, str], tuple[Priced, StoredDocument]] = {}
    problems: list[Problem] = []
    for document in documents:
        for priced in document.priced:
            first, owner = found.setdefault((priced.file, priced.name, priced.backend), (priced, document))
            if first != priced:
                told = f"the workload {priced.name!r:.80} of {priced.file!r:.80} has other figures than in {owner.file}"
                hint = "leave one of the two out, or lay them beside each other with `qplan diff`"
                problems.append(Problem(code=TWICE, message=told, hint=hint, mark=Mark(file=document.file)))
    if problems:
        raise WorkloadError(problems)
    return [*found.values()]


def _notes(was: StoredDocument, now: StoredDocument) -> Iterator[str]:
    """What else than the files may make the figures differ."""
    if was.version != now.version:
        yield f"Written by qplan {was.version} and {now.version}: a part of what differs may be theirs."
    if was.data_date != now.data_date:
        dates = " and ".join(date or "no date" for date in (was.data_date, now.data_date))
        yield f"Profile data of {dates}: a part of what differs may be theirs."
    if was.seed != now.seed:
        yield f"Drawn with the seeds {was.seed} and {now.seed}: a part of what differs is chance."
