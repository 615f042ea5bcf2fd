"""Another language on a page with a form keeps what was typed into it: every form of meetings, agreements, training."""

from support.listings import a_service
from support.pages.typed_forms import walk_forms
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
    found |= {*walk_forms(partnership.browser("officer"), "/study/law")}
    for path in ("/board/new", "/reports/new"):
        found |= {*walk_forms(partnership.browser("officer"), path)}
    assert {"form-plan", "form-propose", "form-act", "add", "form-keep", "form-block", "form-draft"} <= found
    assert {
        "form-sign",
        "form-training-plan",
        "form-count",
        "form-name",
        "form-visits",
        "form-study-card",
        "form-post",
        "form-report",
    } <= found
