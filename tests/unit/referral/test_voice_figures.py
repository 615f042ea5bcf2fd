"""Counts of voices as properties: nothing under ten stands below the state, and no subtraction leads to it."""

from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.figures.voice_figures import SHOWN_FROM, VoiceCount, VoiceFigure, voice_figures

ORGANIZATIONS = [None, *(UUID(int=number) for number in range(1, 5))]
cells = st.dictionaries(
    st.tuples(st.sampled_from([315, 316, 317]), st.sampled_from(ORGANIZATIONS)), st.integers(1, 30), max_size=9
)
by_state_alone = st.integers(0, 30)
Cells = dict[tuple[int, UUID | None], int]


def figures(counted: Cells, of_state: int = 0) -> list[VoiceFigure]:
    """What is shown of these counts."""
    return voice_figures(
        [VoiceCount(*cell, count) for cell, count in counted.items()] + [VoiceCount(None, None, of_state)]
    )


def counted_in(figure: VoiceFigure, shown: list[VoiceFigure], counted: Cells, of_state: int) -> int:
    """The true number behind a line: what is in it and in no line before it that is narrower."""
    own = {(line.district, line.organization) for line in shown if line.organization is not None}
    districts = {line.district for line in shown if line.district is not None and line.organization is None}
    if figure.organization is not None:
        return counted[figure.district or 0, figure.organization]
    if figure.district is not None:
        return sum(n for cell, n in counted.items() if cell[0] == figure.district and cell not in own)
    return of_state + sum(n for cell, n in counted.items() if cell not in own and cell[0] not in districts)


@given(cells, by_state_alone)
def test_every_voice_is_in_exactly_one_line_rounded_and_the_states_line_is_the_last(
    counted: Cells, of_state: int
) -> None:
    shown = figures(counted, of_state)
    true = [counted_in(figure, shown, counted, of_state) for figure in shown]
    assert sum(true) == sum(counted.values()) + of_state
    assert [figure.about for figure in shown] == [5 * round(n / 5) if n >= SHOWN_FROM else None for n in true]
    assert (shown[-1].district, shown[-1].organization) == (None, None)


@given(cells, by_state_alone)
def test_below_the_state_nothing_under_ten_is_shown(counted: Cells, of_state: int) -> None:
    *below, _of_state = figures(counted, of_state)
    assert all(figure.about is not None and figure.about >= SHOWN_FROM for figure in below)


@given(cells, by_state_alone, st.data())
def test_a_hidden_count_of_an_organisation_may_be_any_lower_one_for_all_that_is_shown(
    counted: Cells, of_state: int, data: st.DataObject
) -> None:
    hidden = [cell for cell, count in counted.items() if cell[1] is not None and count < SHOWN_FROM]
    for cell in hidden:
        lower = data.draw(st.integers(0, counted[cell]))
        unattributed = (cell[0], None)
        other = counted | {cell: lower, unattributed: counted.get(unattributed, 0) + counted[cell] - lower}
        assert figures(other, of_state) == figures(counted, of_state)


@given(cells, st.integers(0, 9), st.integers(0, 9))
def test_whether_nothing_or_nine_times_is_left_of_a_state_is_not_told(counted: Cells, none: int, few: int) -> None:
    large = {cell: count + SHOWN_FROM for cell, count in counted.items() if cell[1] is not None}
    assert figures(large, none) == figures(large, few)


def test_an_example() -> None:
    one, two = ORGANIZATIONS[1:3]
    shown = figures({(315, one): 13, (315, two): 9, (315, None): 3, (316, two): 9}, of_state=0)
    assert shown == [VoiceFigure(315, one, 15), VoiceFigure(315, None, 10), VoiceFigure(None, None, None)]


@given(cells, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_tell_what_was_said_first(counted: Cells, random: Random) -> None:
    shuffled = list(counted.items())
    random.shuffle(shuffled)
    assert figures(dict(shuffled)) == figures(counted)
