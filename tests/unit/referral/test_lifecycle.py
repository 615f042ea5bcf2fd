"""The life cycle's table: properties over every row, every state and every role."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from referral_service.cli_lifecycle import page
from referral_service.domain import lifecycle
from referral_service.domain.lifecycle import NotAllowed, allowed, decide, rows_of
from referral_service.domain.reasons_and_outcomes import ANSWERS, ATTEMPTS, DIED, OUTCOMES, PERSON_DECLINED, QUESTIONS
from referral_service.domain.referrer_view import STATUS_BY_VIEW, VIEW_MOVES, View
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.status import ENDED, NO_RESPONSE, Status
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.transition_guards import GUARDS, KnownFacts
from referral_service.domain.transitions import TRANSITIONS, Transition
from setu import roles

NOW, NOBODY = datetime(2026, 3, 2, 6, 30, tzinfo=UTC), UUID(int=0)
ROLES = sorted({role for row in TRANSITIONS for role in row.who})
standings = st.builds(
    KnownFacts,
    status=st.sampled_from(list(Status)),
    view=st.one_of(st.none(), st.sampled_from(list(View))),
    ghost=st.booleans(),
    voided=st.booleans(),
    unclaimed=st.booleans(),
    others_left=st.booleans(),
    sender_role=st.sampled_from([None, *roles.REFERRERS]),
    transferred=st.booleans(),
    question_open=st.booleans(),
    another_service=st.booleans(),
    forwarded=st.booleans(),
    forward_asked=st.booleans(),
    reason=st.sampled_from([None, NO_RESPONSE, "mistake", DIED]),
    opened=st.booleans(),
    identity_open=st.booleans(),
    in_custody=st.booleans(),
    settled=st.booleans(),
    void_asked=st.booleans(),
)
bodies = st.builds(
    TransitionBody,
    reason=st.sampled_from(
        [None, *sorted({code for row in TRANSITIONS for field in row.body for code in field.codes})]
    ),
    outcome=st.sampled_from([None, *OUTCOMES]),
    question=st.sampled_from([None, *QUESTIONS]),
    answer=st.sampled_from([None, *ANSWERS]),
    attempt=st.sampled_from([None, *ATTEMPTS]),
)


def tried(event: str, at: KnownFacts, role: str, body: TransitionBody) -> lifecycle.Decision | None:
    try:
        return decide(event, at, role, body)
    except NotAllowed:
        return None


def a_whole_body(row: Transition) -> TransitionBody:
    """The first code of every field that has codes, and a day where one is asked for."""
    values = {field.name: field.codes[0] for field in row.body if field.codes}
    days = {field.name: date(2026, 3, 2) for field in row.body if field.kind == "date"}
    return replace(TransitionBody(**days), **values)


@given(event=st.sampled_from(lifecycle.EVENTS), at=standings, role=st.sampled_from(ROLES), body=bodies)
def test_a_terminal_state_never_reopens(event: str, at: KnownFacts, role: str, body: TransitionBody) -> None:
    decision = tried(event, at, role, body)
    if decision is not None and at.status in ENDED:
        assert decision.status in {at.status, Status.ENTERED_IN_ERROR, Status.CANCELLED}
        assert decision.status is at.status or decision.transition.hides


@given(event=st.sampled_from(lifecycle.EVENTS), at=standings, role=st.sampled_from(ROLES), body=bodies)
def test_the_referrers_view_moves_forward_only_and_never_after_accepted(
    event: str, at: KnownFacts, role: str, body: TransitionBody
) -> None:
    decision = tried(event, at, role, body)
    if decision is not None and decision.view is not None:
        assert at.view is not None
        assert at.view not in {View.ACCEPTED, View.NOT_TAKEN, View.NOT_ANSWERED, View.WITHDRAWN}
        assert decision.view in VIEW_MOVES[at.view]


@given(event=st.sampled_from(lifecycle.EVENTS), at=standings, role=st.sampled_from(ROLES), body=bodies)
def test_an_act_of_the_person_never_moves_the_view(event: str, at: KnownFacts, role: str, body: TransitionBody) -> None:
    decision = tried(event, at, role, body)
    if decision is not None and (decision.transition.hides or event in {"complete", "start", "contact", "hold"}):
        assert decision.view is None


@given(event=st.sampled_from(lifecycle.EVENTS), at=standings, role=st.sampled_from(ROLES), body=bodies)
def test_a_ghost_is_decided_like_a_live_referral_where_the_service_answers(
    event: str, at: KnownFacts, role: str, body: TransitionBody
) -> None:
    answers = {"open", "claim", "accept", "decline", "withdraw", "ask", "answer", "expire"}
    if event in answers:
        live, ghost = (
            tried(event, replace(at, ghost=False), role, body),
            tried(event, replace(at, ghost=True), role, body),
        )
        assert (live and (live.status, live.view)) == (ghost and (ghost.status, ghost.view))


@given(at=standings, role=st.sampled_from(ROLES))
def test_what_is_offered_is_what_may_be_done_with_some_body(at: KnownFacts, role: str) -> None:
    offered = set(allowed(at, [role]))
    possible = {
        event for event in lifecycle.EVENTS for row in rows_of(event) if tried(event, at, role, a_whole_body(row))
    }
    if "claim" in possible:
        possible.discard("open")
    assert offered == possible


def test_declining_takes_service_side_reasons_only() -> None:
    codes = {code for row in rows_of("decline") for field in row.body for code in field.codes}
    assert codes == {"no_capacity", "not_right_service", "outside_area"}


def test_before_acceptance_failing_is_the_button_alone() -> None:
    for status in (Status.REQUESTED, Status.RECEIVED):
        at = KnownFacts(status, view=View.SENT)
        decision = decide("fail", at, roles.CASE_WORKER, TransitionBody(reason=PERSON_DECLINED))
        assert (decision.status, decision.view) == (Status.FAILED, View.ACCEPTED)
        assert tried("fail", at, roles.CASE_WORKER, TransitionBody(reason="moved")) is None


def test_a_referrer_is_judged_by_the_own_view_alone() -> None:
    assert _sent(View.SENT).actions(roles.OFFICER) == ("withdraw",)
    for view in set(View) - {View.SENT}:
        assert _sent(view).actions(roles.OFFICER) == ()
    assert replace(_sent(View.OPENED), open_question="visit_possible").actions(roles.CUSTODY_HEALTH) == ("answer",)
    assert set(STATUS_BY_VIEW) == set(View)


def _sent(view: View) -> SentReferral:
    """Of which its sender is shown this word."""
    return SentReferral(
        id=NOBODY,
        reference="",
        state=view,
        reason=None,
        version=1,
        changed_at=NOW,
        submitted_at=NOW,
        setting="street",
        district=315,
        needs=["OST"],
        service_id=NOBODY,
        candidates=[],
        priority="routine",
        another_service=True,
    )


def test_no_role_acts_on_both_sides() -> None:
    for row in TRANSITIONS:
        assert not (row.who & set(roles.REFERRERS) and row.who - set(roles.REFERRERS))


def test_every_guard_and_every_event_type_is_known() -> None:
    assert {name for row in TRANSITIONS for name in row.guards} <= set(GUARDS)
    assert set(GUARDS) == {name for row in TRANSITIONS for name in row.guards}


def test_a_body_has_a_field_for_each_that_the_table_names() -> None:
    named = {field.name for row in TRANSITIONS for field in row.body if field.kind != "services"}
    assert {field.name for field in fields(TransitionBody)} == named | {"service_id", "candidates"}


def test_the_page_of_the_docs_is_made_from_the_table() -> None:
    published = Path(__file__).parents[3] / "docs" / "lifecycle.md"
    assert published.read_text(encoding="utf-8") == page(), "run: setu referral lifecycle > docs/lifecycle.md"
