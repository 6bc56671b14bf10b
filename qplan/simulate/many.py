"""Many replications of one program, one after the other: what is compiled is this loop with all that it calls."""

from __future__ import annotations

from qplan.simulate.draws import key_of
from qplan.simulate.kernel import draw_times, run
from qplan.simulate.program import OUTPUTS, SHORT, USAGE, Program, Times, Work

MEASURES = OUTPUTS - USAGE


def many(
    p: Program,
    t: list[int],
    times: Times,
    w: Work,
    fresh: Work,
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
        if not one(p, t, times, w, fresh, bases, rows, r):
            return r
    return count


def one(
    p: Program, t: list[int], times: Times, w: Work, fresh: Work, bases: list[int], rows: list[int], r: int
) -> bool:
    """Run one replication whose ``times`` are drawn; whether it had room enough."""
    restore(w, fresh)
    run(p, t, times, w, bases)
    if w.out[SHORT] == 1:
        return False
    for i in range(MEASURES):
        rows[r * MEASURES + i] = w.out[USAGE + i]
    return True


def set_bases(bases: list[int], seed_key: int, replication: int, shifts: list[int]) -> None:
    """The keys of a replication: a quantity with a shift is drawn as in another one."""
    base = key_of(seed_key, replication)
    for quantity in range(len(bases)):
        shift = shifts[quantity]
        bases[quantity] = base if shift == 0 else key_of(seed_key, replication + shift)


def restore(w: Work, fresh: Work) -> None:
    """What a run reads before it writes it, as it was at first."""
    w.submitted[:] = fresh.submitted
    w.is_entry[:] = fresh.is_entry
    w.learning[:] = fresh.learning
    w.fails_left[:] = fresh.fails_left
    w.learned[:] = fresh.learned
    w.calibration_number[:] = fresh.calibration_number
    w.out[:] = fresh.out
    w.progress.chain_left[:] = fresh.progress.chain_left
    w.progress.chain_iteration[:] = fresh.progress.chain_iteration
    w.progress.stage_chains_left[:] = fresh.progress.stage_chains_left
    w.progress.stage_waits[:] = fresh.progress.stage_waits
    w.lanes.holder[:] = fresh.lanes.holder
    w.lanes.ref[:] = fresh.lanes.ref
    w.lanes.due[:] = fresh.lanes.due
    w.lanes.step[:] = fresh.lanes.step
