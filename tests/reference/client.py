"""The client's side: stages and chains as SimPy processes that hand over jobs when they are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from itertools import islice

import simpy

from qplan.model.submission import Submission

from .entities import Job, planned_attempts
from .inputs import Inputs

ProcessSteps = Generator[simpy.Event, object, None]


class Client:
    """Sends jobs: ``due`` holds what is to be submitted at this instant, ``wake`` says that there is something.

    ``pauses`` counts the stages and chains that will go on by themselves, without a result to wait for.
    """

    def __init__(
        self, env: simpy.Environment, submission: Submission, inputs: Inputs, wake: Callable[[], None]
    ) -> None:
        self._env = env
        self._wake = wake
        self._submission = submission
        self._inputs = inputs
        self.pauses = 0
        self.jobs = _jobs(env, submission)
        self.due: list[Job] = []
        unassigned = iter(self.jobs)
        self._jobs_of = [list(islice(unassigned, chain.size)) for chain in submission.chains]
        self._stages = [env.process(self._stage(index)) for index in range(len(submission.stages))]

    @property
    def has_sent_all(self) -> bool:
        """Whether no attempt is left to be sent, as far as the client knows."""
        return not any(job.has_attempts_left for job in self.jobs)

    def send(self, *jobs: Job) -> None:
        """Submit the jobs at this instant."""
        self.due.extend(jobs)
        self._wake()

    def _pause(self, length_us: int) -> ProcessSteps:
        self.pauses += 1
        yield self._env.timeout(length_us)
        self.pauses -= 1

    def _stage(self, index: int) -> ProcessSteps:
        stage = self._submission.stages[index]
        if stage.after:
            yield self._env.all_of([self._stages[other] for other in stage.after])
            yield from self._pause(self._inputs.delay_us(index))
        else:
            yield from self._pause(0 - int(self._env.now))
        mine = [
            self._env.process(self._chain(number))
            for number, chain in enumerate(self._submission.chains)
            if chain.stage == index
        ]
        yield self._env.all_of(mine)

    def _chain(self, number: int) -> ProcessSteps:
        size, jobs = self._submission.chains[number].step_size, self._jobs_of[number]
        for iteration in range(self._submission.chains[number].iterations):
            if iteration:
                yield from self._pause(self._inputs.think_us(number, iteration))
            step = jobs[iteration * size : (iteration + 1) * size]
            self.send(*step)
            yield self._env.all_of([job.final for job in step])


def _jobs(env: simpy.Environment, submission: Submission) -> list[Job]:
    running_number: Counter[str] = Counter()
    jobs = []
    for number, kind_index in enumerate(submission.kind_of_jobs()):
        kind = submission.kinds[kind_index]
        running_number[kind.name] += 1
        is_failing = kind.failure is not None and running_number[kind.name] in kind.failure.numbers
        job = Job(
            number=number,
            kind_index=kind_index,
            kind=kind,
            planned_attempts=planned_attempts(kind, is_failing),
            is_failing=is_failing,
            final=env.event(),
        )
        jobs.append(job)
    return jobs
