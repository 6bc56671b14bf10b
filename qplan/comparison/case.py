"""What a recommendation is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from qplan.comparison.choice import Choice, choose
from qplan.comparison.obstacles import undone
from qplan.comparison.phrases import same_work
from qplan.model.account import Account, Odds
from qplan.model.variant import Flip, Goal, Outcome, Variant
from qplan.model.workload import Mode


@dataclass(frozen=True, kw_only=True)
class Case:
    """A workload simulated in its modes, the goal, and what a search found: other ways to run it, break-even figures.

    The alternatives and break-even figures are fixed runs, every input at its median. ``fixed`` is the workload in such
    runs, ``None`` where ``outcome`` is that already; ``decided`` is the choice, if it is not made from the outcome.
    ``odds`` go with the accounts of the outcome.

    Without a search (``variants`` and ``flips`` empty) the choice is the same; actions and break-even figures fail.
    """

    outcome: Outcome
    fixed: Outcome | None = None
    decided: Choice | None = None
    odds: tuple[Odds | None, ...] = ()
    goal: Goal = Goal()
    variants: tuple[Variant, ...] = ()
    flips: tuple[Flip, ...] = ()

    @cached_property
    def choice(self) -> Choice:
        """The mode to choose."""
        return self.decided or choose(self.outcome, self.goal)

    @cached_property
    def at_medians(self) -> Case:
        """The same choice beside fixed runs: what alternatives are held against."""
        if self.fixed is None:
            return self
        return replace(self, outcome=self.fixed, fixed=None, decided=self.choice, odds=())

    @cached_property
    def medians_agree(self) -> bool:
        """Whether fixed runs at medians would choose the same mode: else what they tell is of another choice."""
        return self.fixed is None or choose(self.fixed, self.goal).mode is self.choice.mode

    def odds_of(self, mode: Mode) -> Odds | None:
        """The odds of a mode, if replications were run."""
        pairs = zip(self.outcome.accounts, self.odds, strict=False)
        return next((odds for account, odds in pairs if account.mode is mode), None)

    @cached_property
    def best(self) -> Account | None:
        """The account of the chosen mode, else of the one that comes closest; ``None`` when all are refused."""
        return self.outcome.of(self.choice.shown) if self.choice.shown else None

    @property
    def jobs(self) -> int:
        """Jobs of the workload."""
        return self.outcome.workload.size

    @property
    def loops(self) -> bool:
        """Whether a step needs the one before it."""
        return any(item.iterations > 1 for item in self.outcome.workload.items)

    @property
    def iterative(self) -> bool:
        """Whether some inputs are not ready at the outset."""
        return self.loops or any(item.after for item in self.outcome.workload.items)

    def whole(self, mode: Mode) -> Account | None:
        """The account of a mode that the plan admits and nothing cuts: a cut run says little about a mode."""
        account = self.outcome.of(mode)
        return account if account.allowed and not undone(self.outcome, mode) else None

    def like(self, mode: Mode) -> Account | None:
        """``whole``, if as many jobs complete as in the mode shown: else figures side by side mislead."""
        account = self.whole(mode)
        return account if account and self.best and same_work(account, self.best) else None

    def of_kind(self, kind: str) -> tuple[Variant, ...]:
        """The variants of one kind."""
        return tuple(variant for variant in self.variants if variant.candidate.kind == kind)
