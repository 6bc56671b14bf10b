"""IBM's price plans, and what each allows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qplan.model.fact import Fact


class LimitAction(StrEnum):
    """What happens when the allocation or cost limit is reached: nothing more starts, or running jobs stop."""

    HOLD = "hold"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingPlan:
    """One plan as it applies to this workload.

    ``price_per_second`` is ``None`` when unknown or when usage is not billed by the second;
    ``price_reason`` then says which. ``included_us`` is usage that is not charged. ``remaining_us`` is
    what is left of the allocation or cost limit, ``None`` without a limit.
    ``batch_interactive_ttl_documented_us`` is what the documentation says where measurement differs.
    """

    name: str
    price_per_second: Decimal | None
    session_interactive_ttl_us: int
    session_max_time_us: int
    batch_interactive_ttl_us: int
    batch_max_time_us: int
    price_reason: str = ""
    currency: str = "USD"
    included_us: int = 0
    remaining_us: int | None = None
    limit_action: LimitAction = LimitAction.HOLD
    window: str = ""
    sessions_allowed: bool = True
    sessions_reason: str = ""
    facts: tuple[Fact, ...] = ()
    batch_interactive_ttl_documented_us: int | None = None
