"""Where chance enters: each purpose, number and drawer has a generator of its own, and nothing else decides it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.process.randomness import Purpose, generator

DRAWS = st.tuples(st.integers(0, 2**64), st.sampled_from(Purpose), st.integers(0, 2**31), st.text(max_size=20))


@given(DRAWS, DRAWS)
def test_what_is_drawn_for_one_is_drawn_for_no_other(
    one: tuple[int, Purpose, int, str], other: tuple[int, Purpose, int, str]
) -> None:
    seed, purpose, number, drawer = one
    draws = [generator(*draw).random(4).tolist() for draw in (one, other, (seed, *other[1:]), (*one[:3], other[3]))]
    assert draws[0] == generator(seed=seed, purpose=purpose, number=number, drawer=drawer).random(4).tolist()
    assert (draws[0] == draws[1]) == (one == other)
    assert (draws[0] == draws[2]) == (one[1:] == other[1:])
    assert (draws[0] == draws[3]) == (drawer == other[3])


def test_without_a_drawer_a_seed_gives_what_it_always_gave() -> None:
    """Or else no run of before would go on as it would have."""
    drawn = generator(0, Purpose.BATCHES, number=3).random()
    assert drawn == np.random.default_rng(np.random.SeedSequence(0, spawn_key=(2, 3))).random()
