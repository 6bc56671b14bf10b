"""`qplan profiles import`: a profile file from a device's configuration and properties, or from a fake backend."""

from __future__ import annotations

import os
from collections.abc import Sequence

from qplan.bridge.profile import DeviceProfile, profile_of_fake, profile_of_files
from qplan.cli.output import refuse_existing, write
from qplan.cli.status import DONE
from qplan.errors import UsageError
from qplan.parse.own_profiles import ENDINGS
from qplan.render.safe import plain

TAKES = "profiles import takes CONF.JSON [PROPS.JSON], or the name of a fake backend such as fake_fez"
NO_FORMAT = "profiles import writes a profile file, which is YAML; --format is for what is shown"


def import_profile(names: Sequence[str], format: str, out: str | None, *, force: bool) -> int:
    """Write the profile of the device that files or a name tell of; a file is overwritten only by ``force``."""
    if format != "table":
        raise UsageError(NO_FORMAT)
    if out not in (None, "-") and not str(out).endswith(ENDINGS):
        raise UsageError(f"a profile ends in .yaml, so that a workload can name it: -o {plain(str(out))}.yaml")
    if not force:
        refuse_existing(out)
    write(_profile(names).text(), out)
    return DONE


def _profile(names: Sequence[str]) -> DeviceProfile:
    match list(names):
        case [name] if _is_file(name):
            return profile_of_files(name)
        case [name]:
            return profile_of_fake(name)
        case [configuration, properties]:
            return profile_of_files(configuration, properties)
        case _:
            raise UsageError(TAKES)


def _is_file(name: str) -> bool:
    """Whether a single name is that of a file; a fake backend has no ending, and lies in no folder."""
    return name == "-" or name.endswith(".json") or os.sep in name or os.path.exists(name)
