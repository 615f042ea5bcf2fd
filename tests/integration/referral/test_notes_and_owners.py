"""The team's own order: sealed notes, owners, and an identity that opens with opening or with a card that is shown."""

from sqlalchemy import select, text

from referral_service.store.tables import case_note
from referral_service.store.team_members import put_team_member
from service_kit.db.tables import audit_entry
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    MANAGER,
    OST,
    OST_OF_JIBAN,
    TEAMS,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    events_of,
)
from support.referrals.directory import a_team_member

SAID = "Her sister knows: call only after six."


def notes_of(setu: ReferralService, referral: Referral, who: object = WORKER) -> object:
    response = setu.get(who, f"/api/referrals/{referral.id}/notes")  # type: ignore[arg-type]  # given by keyword, one type each
    return (
        [note["text"] for note in response.get_json()["items"]]
        if response.status_code == 200
        else (response.status_code)
    )


def identity_of(setu: ReferralService, referral: Referral) -> tuple[int, str]:
    response = setu.get(WORKER, f"/api/referrals/{referral.id}/identity")
    return response.status_code, response.get_json().get("type", "").rpartition("/")[2]


def test_a_note_is_sealed_read_by_the_own_team_and_each_reading_is_logged(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    setu.must(WORKER, referral, "note", text=SAID)
    setu.must(COLLEAGUE_OF_WORKER, referral, "note", text="Second.")

    assert notes_of(setu, referral) == notes_of(setu, referral, COLLEAGUE_OF_WORKER) == [SAID, "Second."]
    assert notes_of(setu, referral, WORKER_OF_JIBAN) == 404
    assert notes_of(setu, referral, MANAGER) == notes_of(setu, referral, COORDINATOR) == 403
    with setu.worker_db.transaction() as session:
        sealed = session.scalars(select(case_note.c.sealed)).all()
        reads = session.scalars(select(audit_entry.c.actor).where(audit_entry.c.action == "referral.notes.read")).all()
    assert not [note for note in sealed if b"sister" in note]
    assert reads == [WORKER.account, COLLEAGUE_OF_WORKER.account]


def test_a_note_goes_with_the_key_and_nobody_writes_another(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "note", text=SAID)
    setu.withdraw_by_code(referral.card_code)
    assert notes_of(setu, referral) == 410
    assert setu.act(WORKER, referral, "note", {"text": SAID}).status_code == 409
    with setu.worker_db.transaction() as session:
        assert session.scalars(select(case_note.c.id)).all() == []


def test_a_candidate_who_leaves_takes_its_notes_along(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    setu.must(WORKER, referral, "claim")
    setu.must(WORKER, referral, "note", text=SAID)
    setu.must(WORKER, referral, "assign", assignee=str(WORKER.account))
    setu.act(WORKER, referral, "decline", {"reason": "no_capacity"})
    shown = setu.must(WORKER_OF_JIBAN, referral, "claim")
    assert shown["assigned_to"] is None
    assert notes_of(setu, referral, WORKER_OF_JIBAN) == []


def test_what_no_note_is_and_when_none_is_written(setu: ReferralService) -> None:
    referral = setu.sent()
    assert setu.act(WORKER, referral, "note", {"text": SAID}).status_code == 409  # nobody has opened it
    setu.must(WORKER, referral, "open")
    for wrong in ("", " \n ", "x" * 2001):
        refused = setu.act(WORKER, referral, "note", {"text": wrong})
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "text")
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "complete", outcome="engaged")
    assert setu.act(WORKER, referral, "note", {"text": SAID}).status_code == 409


def test_the_identity_opens_with_opening_and_no_sooner(setu: ReferralService) -> None:
    referral = setu.sent()
    assert identity_of(setu, referral) == (409, "not-opened")
    assert notes_of(setu, referral) == 409
    with setu.worker_db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'referral.identity.read'")) == 0
    setu.must(WORKER, referral, "open")
    assert identity_of(setu, referral)[0] == 200


def test_a_card_that_is_shown_unlocks_the_identity_and_opens_nothing(setu: ReferralService) -> None:
    referral = setu.sent()
    before = setu.shown(WORKER, referral)
    arrived = setu.post(WORKER, "/api/arrivals", {"code": referral.card_code}).get_json()["referral"]
    assert (arrived["status"], arrived["opened_at"], arrived["due"]) == ("requested", None, before["due"])
    assert arrived["identity_open"]
    assert identity_of(setu, referral)[0] == 200
    setu.must(WORKER, referral, "note", text=SAID)
    assert notes_of(setu, referral) == [SAID]


def test_a_forwarded_one_opens_with_acceptance_alone_whatever_card_is_shown(setu: ReferralService) -> None:
    referral = setu.sent(service_id=str(OST_OF_JIBAN))
    setu.must(WORKER_OF_JIBAN, referral, "decline", reason="no_capacity")
    setu.must(COORDINATOR, referral, "forward")
    (item,) = setu.get(WORKER, "/api/referrals").get_json()["items"]
    forwarded = Referral(item["id"], item["reference"], None)
    setu.post(WORKER, "/api/arrivals", {"code": referral.card_code})
    setu.must(WORKER, forwarded, "open")
    assert identity_of(setu, forwarded) == (409, "not-opened")
    assert setu.act(WORKER, forwarded, "note", {"text": SAID}).status_code == 409
    setu.must(WORKER, forwarded, "accept")
    assert identity_of(setu, forwarded)[0] == 200


def test_a_referral_is_assigned_within_the_own_team(setu: ReferralService) -> None:
    referral = setu.sent()
    assert setu.must(WORKER, referral, "assign", assignee=str(WORKER.account))["assigned_to"] == str(WORKER.account)
    stranger = setu.act(WORKER, referral, "assign", {"assignee": str(WORKER_OF_JIBAN.account)})
    assert (stranger.status_code, stranger.get_json()["errors"][0]["field"]) == (422, "assignee")
    assert setu.act(WORKER, referral, "assign", {}).status_code == 422
    assert setu.must(WORKER, referral, "assign", assignee=None)["assigned_to"] is None
    assert [event["type"] for event in events_of(setu)] == ["referral.submitted.v1"]


def test_a_manager_assigns_by_reference_status_due_time_and_owner_alone(setu: ReferralService) -> None:
    referral, elsewhere = setu.sent(), setu.sent(service_id=str(OST_OF_JIBAN))
    assert setu.get(MANAGER, f"/api/referrals/{referral.id}/actions").get_json() == {"actions": ["assign"]}
    shown = setu.must(MANAGER, referral, "assign", assignee=str(COLLEAGUE_OF_WORKER.account))
    assert shown["assigned_to"] == str(COLLEAGUE_OF_WORKER.account)
    assert set(shown) == {
        "id", "reference", "status", "business_status", "version", "district", "priority", "needs", "submitted_at",
        "opened_at", "closed_at", "due", "unclaimed", "assigned_to",
    }  # fmt: skip
    assert shown["needs"] is None
    assert setu.shown(WORKER, referral)["assigned_to"] == str(COLLEAGUE_OF_WORKER.account)
    assert [item["id"] for item in setu.get(MANAGER, "/api/referrals").get_json()["items"]] == [referral.id]
    assert setu.get(MANAGER, f"/api/referrals/{elsewhere.id}").status_code == 404
    assert setu.act(MANAGER, elsewhere, "assign", {"assignee": None}, '"1"').status_code == 404
    assert setu.act(MANAGER, referral, "assign", {"assignee": None}, '"1"').status_code == 412
    assert (
        setu.act(MANAGER, setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)]), "assign", {"assignee": None}).status_code
        == 409
    )


def test_the_team_is_who_the_directory_says_it_is(setu: ReferralService) -> None:
    def team(who: object = MANAGER) -> list[str]:
        return [member["name"] for member in setu.get(who, "/api/team").get_json()["items"]]  # type: ignore[arg-type]  # given by keyword, one type each

    assert team() == team(WORKER) == ["Anita", "Bimal"]
    assert team(WORKER_OF_JIBAN) == [TEAMS[WORKER_OF_JIBAN]]
    with setu.worker_db.transaction() as session:
        put_team_member(session, a_team_member(COLLEAGUE_OF_WORKER, "Bimal", active=False, version=3))
        put_team_member(session, a_team_member(COLLEAGUE_OF_WORKER, "Bimal", version=2))
    assert team() == ["Anita"]
    referral = setu.sent()
    assert setu.act(WORKER, referral, "assign", {"assignee": str(COLLEAGUE_OF_WORKER.account)}).status_code == 422
