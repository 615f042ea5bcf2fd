"""The log on screen: a data officer reads ids and codes of the own districts, by filters; each reading is an entry."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from service_kit.db import audit_chain
from service_kit.db.audit_checks import take_step
from service_kit.db.audit_verification import LogKeys
from service_kit.db.tables import audit_entry
from service_kit.identity import Principal
from setu.needs import NEEDS
from support.desk import NUMBER, decide, demand, version_on
from support.kit.statements import statements_of
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    HYDERABAD,
    MANAGER,
    NURSE,
    OFFICER,
    ORGANIZATIONS,
    SECOND_DATA_OFFICER,
    SUPERVISOR,
    WORKER,
    Referral,
    ReferralService,
    a_named_person,
    a_person,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
KEYS = LogKeys("referral", {audit_chain.key_id(PUBLIC): PUBLIC})
ELSEWHERE = a_person(90, DATA_OFFICER.organization, "data_officer", districts=(HYDERABAD,))
NAME, PHONE, NOTE = "Zuleikha Canarywala", "98300 77123", "walks with a red umbrella"


@pytest.fixture
def referral(setu: ReferralService) -> Referral:
    """One that was sent, taken, looked at, noted upon; and asked for by somebody whom it does not concern."""
    person = a_named_person(name=NAME, contact={"method": "phone", "value": PHONE, "hours": ["09-12"]})
    sent = setu.sent(person=person)
    setu.must(WORKER, sent, "accept")
    setu.must(WORKER, sent, "note", text=NOTE)
    for path in ("identity", "notes"):
        assert setu.get(WORKER, f"/api/referrals/{sent.id}/{path}").status_code == 200
    setu.get(MANAGER, f"/api/referrals/{sent.id}/identity")
    setu.get(NURSE, f"/api/referrals/{sent.id}")
    return sent


def shown(setu: ReferralService, query: str = "", who: Principal = DATA_OFFICER) -> str:
    page = setu.get(who, f"/log{query}")
    assert page.status_code == 200, page.text
    return page.text


def actions(page: str) -> list[str]:
    return re.findall(r"<code translate=.no.>([a-z]+[.][a-z_.-]+)</code>\n", page)


def entries(setu: ReferralService, action: str) -> list[dict[str, Any]]:
    with setu.worker_db.transaction() as session:
        query = select(audit_entry).where(audit_entry.c.action == action).order_by(audit_entry.c.position)
        return [dict(row) for row in session.execute(query).mappings()]


def test_who_looked_at_what_is_read_by_ids_and_tells_neither_person_nor_need(
    setu: ReferralService, referral: Referral
) -> None:
    page = shown(setu, f"?object={referral.id}")

    assert {"referral.identity.read", "referral.notes.read", "referral.accept", "access.denied"} <= set(actions(page))
    assert str(WORKER.account) in page
    told = page.casefold()
    for word in (NAME, "zuleikha", PHONE, PHONE.replace(" ", ""), NOTE, "25-34"):
        assert word.casefold() not in told
    for name, _kind in ORGANIZATIONS.values():
        assert name.casefold() not in told
    for need in NEEDS:
        assert not re.search(rf"\b{need.code}\b", page), need.code


FITTING = {
    "?kind=looks": {"referral.identity.read", "referral.notes.read"},
    "?kind=refusals": {"access.denied", "access.not_found"},
    "?kind=acts": {"referral.submit", "referral.accept", "referral.note"},
    f"?kind=looks&account={WORKER.account}": {"referral.identity.read", "referral.notes.read"},
    f"?account={MANAGER.account}": {"access.denied"},
    f"?organization={NURSE.organization}": {"access.not_found"},
    "?from=2026-03-02&to=2026-03-02&kind=refusals": {"access.denied", "access.not_found"},
    "?from=2026-03-03": set(),
    "?to=2026-03-01": set(),
}


def test_each_filter_shows_what_fits(setu: ReferralService, referral: Referral) -> None:
    assert {query: set(actions(shown(setu, query))) - {"audit.read"} for query in FITTING} == FITTING


def test_a_reference_is_looked_up_only_while_two_people_have_opened_a_request_that_names_it(
    setu: ReferralService, referral: Referral
) -> None:
    asked, other = f"/log?object={referral.reference.lower()}", setu.sent()
    request_id = demand(setu, referral.reference)
    decide(setu, DATA_OFFICER, request_id, "yes")
    assert setu.get(DATA_OFFICER, asked).status_code == 422, "one person alone opens nothing"
    decide(setu, SECOND_DATA_OFFICER, request_id, "yes")

    assert "referral.accept" in actions(shown(setu, f"?object={referral.reference.lower()}"))

    [entry] = entries(setu, "audit.read")
    assert NUMBER.fullmatch(entry["detail"]["within"])
    for refused in (setu.get(ELSEWHERE, asked), setu.get(DATA_OFFICER, f"/log?object={other.reference}")):
        assert refused.status_code == 422
    version = version_on(setu.get(DATA_OFFICER, f"/desk/{request_id}"))
    assert setu.client(DATA_OFFICER).post(f"/desk/{request_id}/answer", data={"version": version}).status_code == 303
    assert setu.get(DATA_OFFICER, asked).status_code == 422, "the request has ended"


def test_what_was_done_and_what_it_is_about_are_said_in_words(setu: ReferralService, referral: Referral) -> None:
    demand(setu, referral.reference)
    reader = setu.client(DATA_OFFICER)
    for language, words in (
        ("en", ("Wrote down a request at the desk", "request at the desk", "Accepted")),
        ("hi", ("डेस्क पर अनुरोध लिखा", "डेस्क का अनुरोध", "स्वीकार")),
        ("bn", ("ডেস্কে অনুরোধ লিখেছেন", "ডেস্কের অনুরোধ", "গৃহীত")),
    ):
        reader.set_cookie("setu_lang", language)
        page = reader.get("/log").text
        assert [missing for missing in words if missing not in page] == [], language
        assert "desk_request" not in page, language
        assert "desk.open" in page, "the code stands beside its words"


def test_the_language_switch_keeps_the_filters(setu: ReferralService, referral: Referral) -> None:
    page = shown(setu, f"?kind=looks&account={WORKER.account}")
    assert f'name="account" value="{WORKER.account}"' in page.partition("</header>")[0]
    switched = setu.get(DATA_OFFICER, f"/log?kind=looks&account={WORKER.account}&show_in=hi")
    assert switched.status_code == 303
    assert set(parse_qsl(urlsplit(switched.location).query)) == {("kind", "looks"), ("account", str(WORKER.account))}
    assert "setu_lang=hi" in switched.headers["Set-Cookie"]


def test_each_page_read_is_an_entry_with_the_filters_as_they_were_understood(
    setu: ReferralService, referral: Referral
) -> None:
    shown(setu, f"?object={referral.id}&kind=looks&from=2026-03-01&account={WORKER.account}&nonsense=1")

    [entry] = entries(setu, "audit.read")
    assert (entry["actor"], entry["organization"]) == (DATA_OFFICER.account, DATA_OFFICER.organization)
    assert (entry["object_type"], entry["object_id"]) == ("audit-log", referral.id)
    assert entry["detail"] == {
        "from_day": "2026-03-01",
        "kind": "looks",
        "account": str(WORKER.account),
        "object_id": referral.id,
    }
    assert "audit.read" in actions(shown(setu, f"?object={referral.id}"))


def test_what_is_no_id_and_no_day_is_refused_and_noted_nowhere(setu: ReferralService) -> None:
    for query in (f"?object={NAME}", "?account=Rafiq", "?organization=1", "?from=yesterday", "?to=0000-01-01"):
        refused = setu.get(DATA_OFFICER, f"/log{query}")
        assert (refused.status_code, "<table" in refused.text) == (422, False)

    assert entries(setu, "audit.read") == []


def test_nobody_else_reads_it_nor_asks_for_a_check(setu: ReferralService) -> None:
    others = (OFFICER, NURSE, SUPERVISOR, WORKER, MANAGER, COORDINATOR)
    for who in others:
        assert setu.get(who, "/log").status_code == 403
        assert setu.client(who).post("/log/checks").status_code == 403

    assert [entry["actor"] for entry in entries(setu, "access.denied")] == [
        each.account for each in others for _ in "12"
    ]


def test_what_was_done_in_other_districts_is_not_shown(setu: ReferralService, referral: Referral) -> None:
    page = shown(setu, who=ELSEWHERE)

    assert actions(page) == []
    assert referral.id not in page


def test_a_page_goes_on_where_the_last_one_ended_and_skips_nothing_while_the_log_grows(setu: ReferralService) -> None:
    for _ in range(30):
        setu.get(OFFICER, f"/api/referrals/{OFFICER.account}")
    first = shown(setu, "?kind=refusals")
    setu.get(OFFICER, f"/api/referrals/{OFFICER.account}")
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None

    second = shown(setu, older[1].removeprefix("/log").replace("&amp;", "&"))

    assert (len(actions(first)), len(actions(second))) == (25, 5)
    assert entries(setu, "audit.read")[-1]["detail"].keys() == {"kind", "after"}
    assert setu.get(DATA_OFFICER, "/log?cursor=x").status_code == 400


def test_a_page_costs_seven_statements_however_much_it_shows(setu: ReferralService, referral: Referral) -> None:
    """The session, the body's reach in its scope, the scope, the entries, the last check, the entry of this reading."""
    with statements_of(setu) as seen:
        shown(setu, f"?kind=looks&account={WORKER.account}")

    assert len(seen) == 7, seen


def test_a_check_is_done_by_the_worker_and_says_how_far_the_log_is_whole(
    setu: ReferralService, referral: Referral
) -> None:
    asked = setu.client(DATA_OFFICER).post("/log/checks")
    again = setu.client(DATA_OFFICER).post("/log/checks")
    assert "has not begun yet" in setu.get(DATA_OFFICER, asked.location).text
    assert again.location == asked.location
    with setu.worker_db.transaction() as session:
        count = audit_chain.chain_and_sign(
            session, private_key=KEY.private_bytes_raw(), log="referral", now=setu.clock.now()
        )

    assert take_step(setu.worker_db, KEYS, setu.clock.now())

    page = setu.get(DATA_OFFICER, asked.location).text
    assert f"The log is whole up to entry {count}." in page
    assert not take_step(setu.worker_db, KEYS, setu.clock.now())
    assert [entry["outcome"] for entry in entries(setu, "audit.checked")] == ["done"]
    assert len(entries(setu, "audit.check")) == 2
    assert setu.client(DATA_OFFICER).post("/log/checks").location != asked.location
    assert "The last check, of" in shown(setu)


def test_a_check_says_where_the_log_breaks(setu: ReferralService, referral: Referral) -> None:
    with setu.worker_db.transaction() as session:
        audit_chain.chain_and_sign(session, private_key=KEY.private_bytes_raw(), log="referral", now=setu.clock.now())
    with setu.superuser.transaction():
        setu.superuser.execute("SET LOCAL session_replication_role = replica")
        setu.superuser.execute("UPDATE audit_entry SET actor = organization WHERE sequence = 3")
    asked = setu.client(DATA_OFFICER).post("/log/checks")

    take_step(setu.worker_db, KEYS, setu.clock.now())

    page = setu.get(DATA_OFFICER, asked.location).text
    assert "The log is not whole." in page
    assert "Entry 3 was changed" in page
    assert [entry["outcome"] for entry in entries(setu, "audit.checked")] == ["failed"]


def test_the_home_of_a_data_officer_and_the_menu_lead_to_it(setu: ReferralService) -> None:
    assert setu.get(DATA_OFFICER, "/").text.count('href="/log"') == 1
    assert "/log" in setu.get(DATA_OFFICER, "/voices").text
    assert "/log" not in setu.get(COORDINATOR, "/voices").text
