"""Another language on a page with a form keeps what was typed into it: every form of meetings, agreements, training."""

from pathlib import Path

from support.board.tended_board import Board, a_form, a_report, post_named
from support.listings import a_service
from support.pages.typed_forms import read_forms, walk_forms
from support.partnership import NODI, STATION, Partnership, an_agreement, filled_meeting, in_force
from support.training import plan_session


def test_every_form_comes_back_in_another_language_as_it_was_typed(partnership: Partnership) -> None:
    partnership.directory.save(a_service(NODI, "Drop-in centre"), indexed=False)
    ahead = partnership.a_meeting(begun=False)
    found = {*walk_forms(partnership.browser("coordinator"), f"/meetings/{ahead}")}
    meeting, draft = filled_meeting(partnership), an_agreement(partnership)
    session, signed = plan_session(partnership), in_force(partnership)
    coordinator, supervisor = partnership.browser("coordinator"), partnership.member("unit_supervisor", STATION)
    found |= {
        form
        for path in (
            *(
                f"/meetings/{meeting}",
                f"/meetings/{meeting}/minutes",
                "/meetings/calendar/315",
                "/partnerships",
            ),
            *(f"/partnerships/{draft}", "/training/new", f"/training/{session}/attendance"),
        )
        for form in walk_forms(coordinator, path)
    }
    for path in (f"/partnerships/{signed}", "/visits", f"/training/{session}/attendance"):
        found |= {*walk_forms(supervisor, path)}
    for path in ("/study/law", "/board/new", "/reports/new"):
        found |= {*walk_forms(partnership.browser("officer"), path)}
    item = post_named(partnership.browser("officer"), "Cards at every desk")
    found |= {*walk_forms(supervisor, f"/board/{item}")}
    assert {"form-plan", "form-propose", "form-act", "add", "form-keep", "form-block", "form-draft"} <= found
    assert {"form-sign", "form-training-plan", "form-count", "form-name", "form-visits", "form-study-card"} <= found
    assert {"form-post", "form-report", "form-answer"} <= found


def test_the_page_that_says_what_is_kept_comes_back_in_another_language_and_sends_nothing(
    partnership: Partnership, tmp_path: Path
) -> None:
    board, officer = Board(partnership, tmp_path), partnership.browser("officer")
    before = board.rows("SELECT count(*) FROM board_waiting")
    for path, form in (
        ("/board/new", a_form(words="As typed")),
        ("/reports/new", a_report(text="As typed", author="unnamed")),
    ):
        shown = officer.post(path, data={**form, "accepted": "yes", "show_in": "hi"})
        language, forms = read_forms(path, shown.text)
        again = next(form for form in forms if form.name == "form-accept")
        assert (shown.status_code, language) == (200, "hi")
        assert (again.values["text"], again.values["once"]) == ("As typed", form["once"])
    assert board.rows("SELECT count(*) FROM board_waiting") == before
