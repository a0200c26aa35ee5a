"""One block of memory: whatever is needed at the same time is in places apart."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cat_ad.staging.trace.memory import ALIGNMENT, Piece, allocated

STEPS, SIZES = st.integers(0, 30), st.sampled_from([0, 1, 63, 64, 65, 128, 1000, 4096])


@given(st.lists(st.tuples(STEPS, STEPS, SIZES, st.lists(STEPS, max_size=2)), max_size=40))
def test_places_are_apart(drawn: list[tuple[int, int, int, list[int]]]) -> None:
    """Unless one is written over another, in the step that needs that for the last time; and no byte is wasted."""
    lives = {at: (min(a, b), max(a, b), size) for at, (a, b, size, _) in enumerate(drawn)}
    over = dict[int, tuple[int, ...]]()
    for at, (first, _, size) in lives.items():
        over[at] = tuple(
            i for i in drawn[at][3] if i in lives and lives[i][0] < first and lives[i][1:] == (first, size)
        )
    places, size = allocated({at: Piece(*lives[at], over[at]) for at in lives})
    assert places.keys() == lives.keys()
    rooms = {at: max(1, -(-lives[at][2] // ALIGNMENT)) * ALIGNMENT for at in lives}
    assert size == max((places[at] + rooms[at] for at in lives), default=0)
    for at, (first, last, _) in lives.items():
        assert places[at] % ALIGNMENT == 0
        for other, (begin, end, _) in lives.items():
            if other < at and first <= end and begin <= last:
                apart = places[at] + rooms[at] <= places[other] or places[other] + rooms[other] <= places[at]
                assert apart or (places[at] == places[other] and (other in over[at] or at in over[other]))


def test_two_that_are_needed_at_once_do_not_both_take_the_place_of_a_third() -> None:
    """Even for one step, the same that needs it for the last time."""
    places, _ = allocated({0: Piece(0, 1, 64), 1: Piece(1, 1, 64, (0,)), 2: Piece(1, 1, 64, (0,))})
    assert places[1] != places[2]


def test_a_chain_needs_two_places() -> None:
    """However long; and one, if each is written over the one before it."""
    apart = {at: Piece[int](at, at + 1, 100) for at in range(1000)}
    assert allocated(apart)[1] == 2 * 128
    assert allocated({at: replace(piece, over=(at - 1,)) for at, piece in apart.items()})[1] == 128
