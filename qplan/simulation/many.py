"""Many replications of one program, one after the other: what is compiled is this loop with all that it calls."""

from __future__ import annotations

from qplan.simulation import places
from qplan.simulation.draws import EVEN, MODEL_ERROR, evenly, key_of
from qplan.simulation.kernel import draw_times, run
from qplan.simulation.program import Program, Start, Times, Work


def many(
    p: Program,
    t: list[int],
    times: Times,
    w: Work,
    fresh: Start,
    seed_key: int,
    shifts: list[int],
    bases: list[int],
    first: int,
    count: int,
    rows: list[int],
) -> int:
    """Run ``count`` replications from number ``first`` on, each from the state ``fresh``.

    ``shifts`` are added to the number for each quantity, ``bases`` is room for the keys that come of it. Writes
    ``MEASURES`` integers a replication to ``rows``; returns how many were done before one ran out of room.
    """
    for r in range(count):
        set_bases(bases, seed_key, first + r, shifts)
        draw_times(p, t, times, bases)
        restore(w, fresh)
        run(p, t, times, w, bases)
        if w.out[places.SHORT] > 0:
            return r
        for i in range(places.MEASURES):
            rows[r * places.MEASURES + i] = w.out[places.USAGE + i]
    return count


def set_bases(bases: list[int], seed_key: int, replication: int, shifts: list[int]) -> None:
    """The keys of a replication: a quantity with a shift is drawn as in another one.

    That of a usage model's error is no key but its 31 bits themselves.
    """
    base = key_of(seed_key, replication)
    for quantity in range(len(bases)):
        shift = shifts[quantity]
        bases[quantity] = base if shift == 0 else key_of(seed_key, replication + shift)
    bases[MODEL_ERROR] = evenly(key_of(seed_key, EVEN - shifts[MODEL_ERROR]), replication)


def restore(w: Work, fresh: Start) -> None:
    """Put back what a run reads before it writes it."""
    copy(w.submitted, fresh.submitted)
    copy(w.is_entry, fresh.is_entry)
    copy(w.learning, fresh.learning)
    copy(w.fails_left, fresh.fails_left)
    copy(w.learned, fresh.learned)
    copy(w.calibration_number, fresh.calibration_number)
    copy(w.out, fresh.out)
    copy(w.progress.chain_left, fresh.chain_left)
    copy(w.progress.chain_iteration, fresh.chain_iteration)
    copy(w.progress.stage_chains_left, fresh.stage_chains_left)
    copy(w.progress.stage_waits, fresh.stage_waits)
    copy(w.lanes.holder, fresh.holder)
    copy(w.lanes.ref, fresh.ref)
    copy(w.lanes.due, fresh.due)
    copy(w.lanes.step, fresh.step)


def copy(to: list[int], source: list[int]) -> None:
    """Fill a list from another of its length; compiled it is a loop (``compiled.py`` says why)."""
    to[:] = source
