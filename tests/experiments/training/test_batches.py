"""The laws of batches."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.training.batches import shuffled_batches

SIZES = st.integers(1, 60)


@given(SIZES, SIZES, st.integers(0, 2**40))
def test_an_epoch_has_each_example_once_but_for_what_is_left_over(examples: int, size: int, seed: int) -> None:
    batch = shuffled_batches(examples, size, seed)
    whole = min(size, examples)
    epoch = [batch(step) for step in range(examples // whole)]
    assert {len(places) for places in epoch} == {whole}
    seen = np.concatenate(epoch).tolist()
    assert len(set(seen)) == len(seen) == examples - examples % whole
    assert set(seen) <= set(range(examples))


@given(st.lists(st.integers(0, 1000), max_size=10))
def test_the_batch_of_a_step_is_the_same_whatever_was_asked_before(steps: list[int]) -> None:
    batch = shuffled_batches(50, 7, seed=3)
    for step in steps:
        assert batch(step).tolist() == shuffled_batches(50, 7, seed=3)(step).tolist()


def test_epochs_and_seeds_shuffle_differently() -> None:
    batch = shuffled_batches(1000, 1000, seed=0)
    orders = {tuple(batch(0)), tuple(batch(1)), tuple(shuffled_batches(1000, 1000, seed=1)(0))}
    assert len(orders) == 3
