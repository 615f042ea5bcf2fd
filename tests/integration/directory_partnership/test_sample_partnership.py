"""The demo's two months: a district that can be looked at, written once, of which nobody is told."""

from collections.abc import Callable
from datetime import timedelta

from click.testing import CliRunner
from sqlalchemy import text

from directory_service.partnership.cli import sample_command
from directory_service.partnership.use_cases.propose_meetings import propose_meetings
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from directory_service.partnership.use_cases.sample_board import ITEMS
from directory_service.partnership.use_cases.sample_partnership import SampleCast, sample_partnership
from support.fresh_databases import Urls
from support.partnership import ALO, NODI, OTHER_STATION, PRISON, STATION, Partnership

CAST = SampleCast((STATION.id, OTHER_STATION.id), PRISON.id, (NODI.id, ALO.id))


def board_rows(partnership: Partnership) -> list[tuple[int, int]]:
    counts = "SELECT (SELECT count(*) FROM board_item), (SELECT count(*) FROM board_answer)"
    with partnership.worker() as session:
        return [tuple(row) for row in session.execute(text(counts))]


def test_two_months_of_a_district_are_there_and_can_be_read(partnership: Partnership) -> None:
    partnership.member("unit_supervisor", STATION)
    partnership.member("officer", STATION)
    partnership.directory.forget_events()
    for expected in (True, False):
        with partnership.worker() as session:
            assert sample_partnership(session, CAST, partnership.clock.now(), ids=partnership.ids) is expected

    states = [each.state for each in partnership.meetings()]
    assert states == ["held", "held", "planned"]
    first, second, ahead = partnership.meetings()
    assert second.starts_at < partnership.clock.now() < ahead.starts_at
    assert second.starts_at - first.starts_at > timedelta(days=20)
    manager = partnership.browser("provider_manager")
    assert "The women's hours move to Sunday morning." in manager.get(f"/meetings/{second.id}").text.replace(
        "&#39;", "'"
    )
    assert "Send the hours to every station" in manager.get(f"/meetings/{second.id}/sheet").text
    page = manager.get("/board").text
    assert [words in page.replace("&#39;", "'") for _, _, _, words, _ in ITEMS] == [True] * len(ITEMS)
    assert board_rows(partnership) == [(5, 2)]
    assert "Night shifts never get to the training." in manager.get(f"/meetings/{ahead.id}/sheet").text, (
        "as its tag says"
    )
    training = manager.get("/training").text
    assert ("32 of 142 posted" in training, training.count("Hall of")) == (True, 2)
    partners = manager.get("/partnerships").text
    assert [partners.count(f'class="tie {state}"') for state in ("active", "lapsing", "lapsed")] == [1, 1, 1]
    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())
    assert partnership.directory.events() == []


def test_a_date_that_the_worker_proposed_before_becomes_the_next_meeting(partnership: Partnership) -> None:
    with partnership.worker() as session:
        assert propose_meetings(session, partnership.clock.now(), ids=partnership.ids)
    with partnership.worker() as session:
        assert sample_partnership(session, CAST, partnership.clock.now(), ids=partnership.ids)

    assert [each.state for each in partnership.meetings()] == ["held", "held", "planned"]
    with partnership.worker() as session:
        assert propose_meetings(session, partnership.clock.now(), ids=partnership.ids) == 0


def test_the_command_writes_it_and_asks_for_two_of_each_side(
    partnership: Partnership, settings_env: Callable[..., dict[str, str]]
) -> None:
    url = partnership.directory.worker.engine.url.render_as_string(hide_password=False)
    environment = settings_env("directory", Urls(url, url, url, url))
    one = ["--unit", str(STATION.id), "--prison", str(PRISON.id), "--provider", str(NODI.id)]
    two = [*one, "--unit", str(OTHER_STATION.id), "--provider", str(ALO.id)]

    assert CliRunner().invoke(sample_command, one).exit_code == 2
    first, second = (CliRunner().invoke(sample_command, two, env=environment) for _ in range(2))
    assert (first.exit_code, first.output) == (0, "two months of a district\n")
    assert second.output.startswith("nothing")
