"""Whose a receipt is: the workload and the job of it, by its own words, its file's, or the command line's."""

from __future__ import annotations

import os
from dataclasses import dataclass

from qplan.parse.kinds import given
from qplan.parse.receipts_fields import LONGEST_FILE_NAME, Fields
from qplan.parse.traces import Folder

NO_WORKLOAD, NOT_ONE_JOB, OUTSIDE = "QP610", "QP611", "QP612"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The path of a workload file and the label of a job in it; '' where nothing is known."""

    workload: str = ""
    job: str = ""


def owner_of(fields: Fields, otherwise: Owner, folder: Folder, *, described: bool) -> Owner:
    """Who the keys ``workload`` and ``job`` name; a job that is described is in no workload.

    What they leave open is taken from ``otherwise``, but never a job of one workload for another.
    """
    if described:
        if said := next((key for key in ("workload", "job") if fields.holds(key)), ""):
            told = " and a description exclude each other: the job is in a workload, or described here"
            fields.error(NOT_ONE_JOB, said, told, "keep one of the two")
        return Owner()
    workload, job = workload_of(fields, folder), fields.text("job")
    if fields.holds("workload"):
        return Owner(workload=workload, job=job)
    found = Owner(workload=otherwise.workload, job=job or otherwise.job)
    if found.job and not found.workload:
        fields.error(NO_WORKLOAD, "job", f" is {given(found.job)}, but of no workload", "add 'workload', its path")
    return found


def workload_of(fields: Fields, folder: Folder) -> str:
    """The path of the workload file that is named, from where the command runs."""
    name = fields.text("workload", LONGEST_FILE_NAME)
    if not name:
        return ""
    try:
        found = folder.file(name)
    except ValueError:
        told = f" {given(name)} lies outside the folder and repository of this file"
        fields.error(OUTSIDE, "workload", told, "--allow-outside lifts this")
        return name
    beside = os.path.normpath(os.path.join(folder.path, name))
    return beside if os.path.realpath(beside) == found else found
