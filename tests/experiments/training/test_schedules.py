"""The laws of schedules and budgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.training.schedules import WARM_UP, Budget, Schedule, factor

SCHEDULES = st.sampled_from(["linear", "cosine", "constant"])
FALLING = st.sampled_from(["linear", "cosine"])
PROGRESS = st.floats(0, 1.5)


@given(SCHEDULES, PROGRESS)
def test_a_factor_is_from_0_to_1(schedule: Schedule, progress: float) -> None:
    assert 0 <= factor(schedule, progress) <= 1


@given(FALLING)
def test_a_schedule_begins_at_0_peaks_after_warming_up_and_ends_at_0(schedule: Schedule) -> None:
    ends = factor(schedule, 0), factor(schedule, WARM_UP), factor(schedule, 1)
    assert ends == pytest.approx((0, 1, 0))


@given(FALLING, st.floats(WARM_UP, 1), st.floats(WARM_UP, 1))
def test_a_schedule_falls_after_warming_up(schedule: Schedule, one: float, other: float) -> None:
    assert factor(schedule, min(one, other)) >= factor(schedule, max(one, other))


def test_progress_is_the_share_of_what_the_budget_counts() -> None:
    assert Budget(steps=200).progress(steps=50, seconds=1e9) == 0.25
    assert Budget(seconds=10).progress(steps=10**9, seconds=2.5) == 0.25
    assert (str(Budget(steps=3400)), str(Budget(seconds=10))) == ("3,400 steps", "10 seconds")


def test_a_budget_has_one_end() -> None:
    for seconds, steps in ((None, None), (1.0, 1)):
        with pytest.raises(ValueError, match="give exactly one"):
            Budget(seconds, steps)
