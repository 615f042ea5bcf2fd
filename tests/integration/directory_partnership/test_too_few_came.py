"""That too few came cannot be taken back, so the page says it before it is confirmed."""

from support.partnership import ALO, NODI, OTHER_STATION, PRISON, STATION, Partnership


def test_too_few_are_said_before_they_are_confirmed_for_good(partnership: Partnership) -> None:
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    said = ("the meeting would not count as held, for good", "Confirm that too few came", "Confirm who came")

    before = coordinator.get(f"/meetings/{meeting}").text
    everybody = {f"n.{one.id}": "2" for one in (STATION, OTHER_STATION, PRISON, NODI, ALO)}
    coordinator.post(f"/meetings/{meeting}/attendance", data=everybody)
    after = coordinator.get(f"/meetings/{meeting}").text

    assert [words in before for words in said] == [True, True, False]
    assert [words in after for words in said] == [False, False, True]
