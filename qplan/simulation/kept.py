"""Where the compiled kernel is kept between runs, told without importing what compiles it."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.util import find_spec

SOURCES = ("compiled", "draws", "fair_share", "kernel", "many", "places", "program", "spreads")
"""The modules whose change makes what is kept worthless, with ``qplan.units``."""
NUMBA_SETTINGS = ".numba_config.yaml"
"""Numba obeys it wherever it is imported (``numba.core.config``, 0.60 to 0.68): no file of a checkout may do that."""


def can_compile() -> bool:
    """Whether the extra that compiles is installed."""
    return find_spec("numba") is not None and find_spec("platformdirs") is not None


def foreign_settings() -> str:
    """A file of settings for Numba in the current folder, which may be anybody's; '' if there is none."""
    return NUMBA_SETTINGS if os.path.lexists(NUMBA_SETTINGS) else ""


@cache
def folder() -> str:
    """Where the machine code of exactly these sources, this Python and this Numba is kept."""
    from hashlib import blake2b
    from importlib.metadata import version

    from platformdirs import user_cache_dir

    digest = blake2b(f"{sys.version} {version('numba')}".encode(), digest_size=8)
    here = os.path.dirname(__file__)
    for path in (os.path.join(os.path.dirname(here), "units.py"), *(os.path.join(here, f"{s}.py") for s in SOURCES)):
        with open(path, "rb") as file:
            digest.update(file.read())
    return os.path.join(os.environ.get("NUMBA_CACHE_DIR") or user_cache_dir("qplan"), digest.hexdigest())


def is_kept() -> bool:
    """Whether the kernel need not be compiled again."""
    return any(name.startswith("many.many") for _, _, names in os.walk(folder()) for name in names)


def can_keep() -> bool:
    """Whether the folder is there, made if need be, and takes files."""
    try:
        os.makedirs(folder(), exist_ok=True)
    except OSError:
        return False
    return os.access(folder(), os.W_OK)
