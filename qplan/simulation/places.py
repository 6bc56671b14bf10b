"""What stands where in ``Work.out``.

First what was used of the arrays; ``SHORT`` holds 1 where one was too short, ``TOO_MANY`` where others send jobs
without end. From ``USAGE`` on the measures of the run: usage and other times in microseconds; jobs completed, failed,
cancelled and left queued; whether a maximum TTL or a usage limit cut anything; the instant of the first start, or -1.
"""

from __future__ import annotations

ROWS, WINDOWS, CALIBRATIONS, FOREIGNERS, SHORT = 0, 1, 2, 3, 4
USAGE, WALL, QUEUE, QUANTUM, DRIFT, CHARGED, HELD, SPAN = 5, 6, 7, 8, 9, 10, 11, 12
DONE, LOST, DROPPED, LEFT, CUT, LIMITED, STARTED = 13, 14, 15, 16, 17, 18, 19
OUTPUTS = 20
MEASURES = OUTPUTS - USAGE
TOO_MANY = 2
