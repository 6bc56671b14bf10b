"""The rules file: each behaviour of IBM Quantum that qplan obeys or tells, with its source."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from qplan.model.fact import Rule
from qplan.parse.figures import Profile, Source, Strict, read

RuleId = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{2}$")]


class RuleEntry(Strict):
    """One rule; ``source`` lists entries of the file's ``sources:``, the first being the leading one."""

    statement: str
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    seen_as: str
    note: bool = False


class RulesFile(Profile):
    """All rules by id."""

    rules: dict[RuleId, RuleEntry]


def rules_from(mapping: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules from the content of their file, in its order; raises ``WorkloadError``, ``KeyError`` without source."""
    file = read(RulesFile, mapping)
    return tuple(_rule(rule_id, entry, file.sources) for rule_id, entry in file.rules.items())


def _rule(rule_id: str, entry: RuleEntry, sources: Mapping[str, Source]) -> Rule:
    told = [sources[name] for name in entry.source]
    return Rule(
        id=rule_id,
        statement=entry.statement,
        source="; ".join(source.text for source in told),
        date=max(source.date for source in told),
        note=entry.note,
        seen_as=entry.seen_as,
    )
