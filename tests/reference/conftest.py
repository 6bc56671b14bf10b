"""``engine``: each program that turns a submission into a trace, one after the other."""

from __future__ import annotations

import pytest

from .engines import ENGINES, Engine


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]
