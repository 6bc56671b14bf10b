"""How figures come about, in words."""

from decimal import Decimal

from qplan.account import cost_terms, figures_of, usage_terms
from tests.scenes import JOB, item, plan_of, play, submission


def test_long_figures_are_grouped_by_thousands():
    submitted = submission(JOB, item(0, 1500.5, count=1200), lanes=5)
    trace = play(submitted).trace
    plan = plan_of(name="payg", price_per_second=Decimal("1.60"))
    figures = figures_of(trace, plan)
    charges, total = usage_terms(trace, submitted, figures)
    assert charges.formula == "1,200 x 1,500.5 s charged (1,500.5 s on the QPU, rounding: none)"
    assert total.value == "1,800,600 s"
    [cost] = cost_terms(figures, plan)
    assert (cost.value, cost.formula) == ("2,880,960.00 USD", "1,800,600 s x 1.60 USD/s")
