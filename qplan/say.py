"""Numbers as sentences say them; what tables need beside that is in ``render/numbers.py``, which states the rules."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from qplan.units import US_PER_HOUR, US_PER_MINUTE, US_PER_S

CENT = Decimal("0.01")


def say_us(us: int) -> str:
    """A length of time as a person would say it, in the two largest units that matter: ``12 min 20 s``.

    Under a millisecond ``18 us``, under 0.1 s ``20 ms``, under a minute one decimal of a second unless it is zero.
    """
    if us < 0:
        return f"-{say_us(-us)}"
    if us < 99_500:
        return "0 s" if us == 0 else f"{us} us" if us < 1000 else f"{us / 1000:.3g} ms"
    tenths = (10 * us + US_PER_S // 2) // US_PER_S
    if tenths < 600:
        return f"{tenths // 10}.{tenths % 10} s".replace(".0 s", " s")
    seconds, minutes, hours = ((us + unit // 2) // unit for unit in (US_PER_S, US_PER_MINUTE, US_PER_HOUR))
    if seconds < 3600:
        return _pair(seconds, 60, "min", "s")
    return _pair(minutes, 60, "h", "min") if minutes < 1440 else _pair(hours, 24, "d", "h")


def say_money(amount: Decimal, currency: str) -> str:
    """An amount to the cent (halves up) with its currency; more than nothing but under half a cent is ``<0.01``."""
    if 0 < amount < CENT / 2:
        return f"<0.01 {currency}"
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,f} {currency}"


def say_ratio(value: int | Decimal, reference: int | Decimal) -> str:
    """``value`` as a multiple of ``reference``: ``1.3x``; ``-`` where something stands over nothing."""
    if not reference:
        return "-" if value else "1.0x"
    times = float(Decimal(value) / Decimal(reference))
    if 0 < times < 0.005:
        return "<0.01x"
    return f"{times:.2f}x" if 0 < times < 0.095 else f"{times:.1f}x" if times < 9.95 else f"{times:,.0f}x"


def say_share(share: float) -> str:
    """A share of runs in percent: all and none only where it is so; tenths near both ends."""
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    if share < 0.001 or share > 0.999:
        return "<0.1 %" if share < 0.5 else ">99.9 %"
    return f"{100 * share:.1f} %" if share < 0.095 or share > 0.905 else f"{100 * share:.0f} %"


def _pair(total: int, per: int, large: str, small: str) -> str:
    rest = total % per
    return f"{total // per:,} {large}" + (f" {rest} {small}" if rest else "")
