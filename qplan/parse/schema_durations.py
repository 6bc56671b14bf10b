"""The shapes of a duration: fixed, quantiles, mean and deviation, exponential, a sample, a trace."""

from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

from pydantic import ConfigDict, Discriminator, Field, RootModel, Tag

from qplan.parse.holders import Shape, key
from qplan.parse.kinds import Choice, Length, Name

Seconds = Annotated[Decimal, Length()]
PositiveSeconds = Annotated[Decimal, Length(positive=True)]
Part = Annotated[Decimal, Length(part=True)]

DURATION_KEYS = ("p50", "p90", "min", "max", "mean", "sd", "dist", "trace")
QUANTILE = r"^(p([0-9]{1,2}(\.[0-9]{1,4})?|100)|min|max)$"
QuantileKey = Annotated[str, Field(pattern=QUANTILE)]


class Quantiles(RootModel[dict[QuantileKey, Part]]):
    """Quantiles of a spread: ``p50``, ``p90``, ``p99.9``, ``min``, ``max``; interpolated on a logarithmic scale."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    root: dict[QuantileKey, Part] = Field(min_length=1)


class MeanSd(Shape):
    """A log-normal spread with this mean and standard deviation."""

    mean: Part = key("mean of the spread", default=..., example="4s")
    sd: Part = key("standard deviation of the spread", default=..., example="1s")


class Exponential(Shape):
    """An exponential spread."""

    dist: Annotated[str, Choice(of=("exponential",))] = key("the kind of spread", default=..., example="exponential")
    mean: Part = key("mean of the spread", default=..., example="4s")


class Trace(Shape):
    """Measured durations in a CSV file: one a line in the first column, a header allowed; drawn with replacement."""

    trace: Annotated[str, Name()] = key(
        "a CSV file inside the workload's folder, one duration a line", default=..., example="waits.csv"
    )


def _shape_of(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, list):
        return "<sample>"
    if not isinstance(value, dict):
        return "<fixed>"
    for word, shape in (("trace", "<trace>"), ("dist", "<exponential>"), ("mean", "<mean>"), ("sd", "<mean>")):
        if word in value:
            return shape
    return "<quantiles>"


Random = (
    Annotated[Quantiles, Tag("<quantiles>")]
    | Annotated[MeanSd, Tag("<mean>")]
    | Annotated[Exponential, Tag("<exponential>")]
    | Annotated[Annotated[list[Part], Field(min_length=1)], Tag("<sample>")]
    | Annotated[Trace, Tag("<trace>")]
)
Spread = Annotated[Annotated[Seconds, Tag("<fixed>")] | Random, Discriminator(_shape_of)]
"""A fixed or random duration."""
PositiveSpread = Annotated[Annotated[PositiveSeconds, Tag("<fixed>")] | Random, Discriminator(_shape_of)]
"""The same; longer than 0 where it is fixed."""


def is_spread(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    """Whether an annotation is that of a duration that may be random."""
    unions = [get_args(spread)[0] for spread in (Spread, PositiveSpread)]
    return (get_args(kind)[0] if get_origin(kind) is Annotated else kind) in unions
