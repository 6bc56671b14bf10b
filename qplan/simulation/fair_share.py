"""The fair-share line: whoever has used the least of its allocation is served next (rule Q-03).

One line in front of the lanes serves one entry at a time. Other instances' jobs arrive and are served for their size;
an entry of ours that is served becomes next in line. The line is only followed while something of ours waits in it;
in between it is caught up with. Source of the rule: IBM Quantum documentation, "Fair-share scheduler" (2026-09).
"""

from __future__ import annotations

from qplan.simulation.draws import RIVAL_GAP, RIVAL_SIZE, draw, gap, key_of
from qplan.simulation.program import Line, Rivals

SHARE_BITS = 16
MOST_SERVED = 1 << 19
"""Jobs of others in one run: with more of them it is not going to end soon."""
MOST_USED = 1 << 46
"""Usage that is told apart, some two years: more of it and a share would not fit 63 bits."""


def start_rivals(t: list[int], bases: list[int], rivals: Rivals, line: Line) -> int:
    """Set the first arrivals of every other instance, from the warm-up on; returns when the line is free: then."""
    for i in range(len(rivals.gap)):
        line.arrived[i] = 0
        line.served[i] = 0
        line.spent[i] = 0
        line.following[i] = -rivals.warm_up + _next_gap(t, bases, rivals, line, i)
    return -rivals.warm_up


def pass_rivals(t: list[int], bases: list[int], rivals: Rivals, line: Line, free: int, now: int) -> int:
    """Serve the others up to ``now``; returns when the line is free again: before ``now`` only if nobody waits."""
    left = MOST_SERVED
    while free < now and left >= 0:
        left -= 1
        chosen = least_used(t, bases, rivals, line, free)
        if chosen < 0:
            soonest = line.following[0]
            for following in line.following:
                if following < soonest:
                    soonest = following
            if soonest >= now:
                return free
            free = soonest
        else:
            free = serve(t, bases, rivals, line, chosen, free)
    return free


def served_by(line: Line) -> int:
    """How many jobs of others were served."""
    served = 0
    for number in line.served:
        served += number
    return served


def next_of_rivals(t: list[int], bases: list[int], rivals: Rivals, line: Line, now: int, spent: int) -> int:
    """Whom the free line serves while we wait: ``now`` if it is us (also when level), else when it is free again."""
    chosen = least_used(t, bases, rivals, line, now)
    if chosen < 0:
        return now
    own = used_share(rivals, rivals.own_used, spent, rivals.own_allocation, now)
    if own <= used_share(rivals, rivals.used[chosen], line.spent[chosen], rivals.allocation[chosen], now):
        return now
    return serve(t, bases, rivals, line, chosen, now)


def least_used(t: list[int], bases: list[int], rivals: Rivals, line: Line, now: int) -> int:
    """The instance with a job waiting that has used the least share, the first named where level; -1 without one."""
    chosen, least = -1, 0
    for i in range(len(rivals.gap)):
        while line.following[i] <= now:
            line.arrived[i] += 1
            line.following[i] += _next_gap(t, bases, rivals, line, i)
        if line.arrived[i] > line.served[i]:
            share = used_share(rivals, rivals.used[i], line.spent[i], rivals.allocation[i], now)
            if chosen < 0 or share < least:
                chosen, least = i, share
    return chosen


def _next_gap(t: list[int], bases: list[int], rivals: Rivals, line: Line, i: int) -> int:
    """The time to the next arrival of an instance."""
    return gap(t, key_of(bases[RIVAL_GAP], i), key_of(line.arrived[i], 0), RIVAL_GAP, rivals.gap[i])


def serve(t: list[int], bases: list[int], rivals: Rivals, line: Line, i: int, now: int) -> int:
    """Serve the oldest job of an instance; returns when the line is free again."""
    size = draw(t, key_of(bases[RIVAL_SIZE], i), key_of(line.served[i], 0), RIVAL_SIZE, rivals.size[i])
    line.served[i] += 1
    line.spent[i] += size
    return now + (size if size > 1 else 1)


def used_share(rivals: Rivals, used: int, spent: int, allocation: int, now: int) -> int:
    """Used share of an allocation, in 2^-16; of it what was used before expires evenly over the window."""
    gone = now + rivals.warm_up
    left = rivals.window - gone if gone < rivals.window else 0
    used = used * ((left << SHARE_BITS) // rivals.window) >> SHARE_BITS
    total = used + spent
    return ((total if total < MOST_USED else MOST_USED) << SHARE_BITS) // allocation
