"""Sealed tallies: whoever holds the database or its dumps joins no gender to a referral, and the figures are right.

Each way of joining is tried as whoever looks would try it, and finds the women where a leak is planted.
"""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from referral_service.domain.figures.tally import Tallied
from referral_service.store.directory import put_service
from referral_service.store.figure_tally import add_tallies, counts_of
from referral_service.store.keys import hold_back_rotation
from referral_service.store.tables_figures import figure_tally
from referral_service.use_cases.figures.freeze_figures import freeze_figures
from referral_service.use_cases.figures.seal_tally import open_tally
from referral_service.use_cases.keys.rotate_keys import rotate_keys
from service_kit.keyring import Keyring
from support.referral import FOR_CHILDREN, JIBAN, KEK, KOLKATA, MONDAY_NOON, ReferralService, a_consent, a_named_person
from support.referrals.directory import a_listing

PEOPLE = 24
MARCH = date(2026, 3, 1)
NOW = timedelta(0)
TALLIES = "SELECT counted, length(sealed) AS length, length(wrapped) AS of_key FROM figure_tally"
NEEDS = "SELECT answer, need FROM tally"
Trace = tuple[Any, ...]


def send(setu: ReferralService, gender: str) -> str:
    """In Kolkata a roof is a need that is met for women alone."""
    return setu.sent(needs=["OST", "SHELTER"], person=a_named_person(gender=gender)).id


@pytest.fixture
def setu(setu: ReferralService) -> ReferralService:
    house = a_listing(UUID(int=0xC9), JIBAN, needs=["SHELTER"], genders=["woman"])
    with setu.worker_db.transaction() as session:
        put_service(session, house)
    return setu


def plant(session: Session, referral_id: str, gender: str) -> None:
    """A leak: the word in clear, in the transaction that writes the referral."""
    session.execute(text("UPDATE referral_sent SET id = id WHERE id = :id"), {"id": referral_id})
    if gender == "woman":
        add_tallies(session, [Tallied("women")], at=MONDAY_NOON, district=KOLKATA)


def rows(setu: ReferralService, query: str, **values: object) -> list[Trace]:
    with setu.worker_db.transaction() as session:
        return [tuple(row) for row in session.execute(text(query), values)]


def state(setu: ReferralService) -> Counter[Trace]:
    """What a dump has of both tables, without what differs by chance."""
    return Counter([*rows(setu, TALLIES), *rows(setu, NEEDS)])


def by_transaction(setu: ReferralService, referral_id: str) -> Trace:
    same = " WHERE xmin = (SELECT xmin FROM referral_sent WHERE id = :id) ORDER BY 1, 2"
    return tuple(row for query in (TALLIES, NEEDS) for row in rows(setu, query + same, id=referral_id))


def by_place(setu: ReferralService, query: str) -> set[Trace]:
    """What one referral leaves, of a table as it lies on the disk; more than one where they differ."""
    found = rows(setu, f"{query} ORDER BY ctid")
    part, left = divmod(len(found), PEOPLE)
    assert part
    return {tuple(found)[at : at + part] for at in range(0, len(found), part)} | ({(left,)} if left else set())


@pytest.mark.parametrize("leak", [False, True], ids=["as it is", "with a planted leak"])
def test_no_join_by_transaction_place_or_difference_of_dumps_tells_women_from_men(
    setu: ReferralService, leak: bool
) -> None:
    chance = random.Random(7)  # noqa: S311 # no secret
    genders = ["woman", "man", *(chance.choice(["woman", "man"]) for _ in range(PEOPLE - 2))]
    sent, differences = list[str](), list[Trace]()
    for gender in genders:
        before = state(setu)
        sent.append(send(setu, gender))
        if leak:
            with setu.worker_db.transaction() as session:
                plant(session, sent[-1], gender)
        differences.append(tuple(sorted((state(setu) - before).items(), key=str)))
    transactions = [by_transaction(setu, one) for one in sent]
    places = [by_place(setu, query) for query in (TALLIES, NEEDS)]
    if leak:
        assert [[told(trace) for trace in way] for way in (differences, transactions)] == [
            [gender == "woman" for gender in genders]
        ] * 2
        assert len(places[0]) > 1
    else:
        for way in (differences, transactions):
            assert len(way) == PEOPLE
            assert len(set(way)) == 1, "each referral leaves the same"
            assert not told(way[0])
        assert transactions[0], "the rows lie in the referral's own transaction"
        assert [len(each) for each in places] == [1, 1]


def told(trace: Trace) -> bool:
    return "women" in str(trace)


def test_what_is_sealed_tells_nothing_by_itself_nor_where_it_lies(setu: ReferralService) -> None:
    """Same words, other bytes; an id of no order; moved to another row it does not open."""
    for gender in ("woman", "man") * 4:
        send(setu, gender)
    with setu.worker_db.transaction() as session:
        found = session.execute(select(figure_tally).where(figure_tally.c.sealed.is_not(None))).all()
    assert {row.id.version for row in found} == {4}
    assert [len({getattr(row, name) for row in found}) for name in ("sealed", "wrapped", "id")] == [8, 8, 8]
    assert {(row.counted, row.minutes) for row in found} == {(None, None)}
    assert counted(setu)["women"] == 4
    with setu.worker_db.transaction() as session:
        session.execute(text("UPDATE figure_tally SET id = gen_random_uuid() WHERE sealed IS NOT NULL"))
    assert counted(setu)["women"] == 0


def counted(setu: ReferralService) -> Counter[str]:
    """Words, and needs that were not met."""
    with setu.worker_db.transaction() as session:
        counts = counts_of(session, [MARCH], partial(open_tally, setu.dependencies.keyring))
    return counts.answers[MARCH, KOLKATA] + counts.unmet[MARCH, KOLKATA]


def test_a_need_is_met_by_a_service_that_does_not_say_whether_it_visits_also_where_a_visit_is_the_only_way(
    setu: ReferralService,
) -> None:
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(UUID(int=0xC9), JIBAN, version=2, needs=["SHELTER"], visits_in_custody=False))
    by_visit = a_named_person(contact={"method": "visit_in_custody"})
    setu.sent(setting="station", needs=["OST", "SHELTER"], person=by_visit)
    assert [counted(setu)[word] for word in ("sent", "SHELTER")] == [1, 0]


def test_figures_are_right_after_a_rotation_and_an_erasure(setu: ReferralService) -> None:
    for gender in ("woman", "man") * 20:
        send(setu, gender)
    code = setu.sent(needs=["OST", "SHELTER"], person=a_named_person(gender="man")).card_code
    child = {
        "service_id": str(FOR_CHILDREN),
        "needs": ["CHILD"],
        "person": a_named_person(age_band="under-18", gender="woman"),
        "consent": a_consent(authority="cwc"),
    }
    setu.sent(**child)
    assert setu.withdraw_by_code(code).status_code == 202
    assert rotate_keys(setu.rotation, after=NOW)
    assert rows(setu, "SELECT count(*) FROM figure_tally WHERE kek_id = 'kek-1'") == [(0,)]
    assert [counted(setu)[word] for word in ("sent", "women", "children", "SHELTER")] == [42, 21, 1, 21]
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    assert freeze_figures(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now()) == 1

    items: Sequence[dict[str, Any]] = setu.get(None, "/api/figures?limit=100").get_json()["items"]
    [here] = [each["cells"] for each in items if each["district"] == KOLKATA]
    assert {"table": "share", "row": "women", "value": 50, "shown": "exact", "months": 1} in here
    assert rows(setu, "SELECT 1 FROM figure_tally") == []


def test_what_no_key_opens_is_logged_counts_as_nothing_and_keeps_no_old_key_alive(
    setu: ReferralService, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        send(setu, "woman")
    [(lost,)] = rows(setu, "SELECT id FROM figure_tally WHERE sealed IS NOT NULL LIMIT 1")
    with setu.worker_db.transaction() as session:
        session.execute(update(figure_tally).where(figure_tally.c.id == lost).values(wrapped=b"x" * 60))

    assert rotate_keys(setu.rotation, after=NOW)

    assert "kek-1" not in setu.rotation.file.keks()
    assert counted(setu)["women"] == 2
    assert [str(lost)] == [record.tally for record in caplog.records if "counts as nothing" in record.message]


def test_nothing_is_sealed_under_a_retired_key(setu: ReferralService) -> None:
    stale = Keyring(KEK).new_record_key().stored
    assert rotate_keys(setu.rotation, after=NOW)
    row = {"month": MARCH, "district": KOLKATA, "kek_id": stale.kek_id, "wrapped": stale.wrapped, "sealed": b"words"}

    with pytest.raises(Exception, match="was retired"), setu.worker_db.transaction() as session:
        session.execute(insert(figure_tally).values(row))


def test_no_key_goes_while_a_month_is_counted(setu: ReferralService) -> None:
    """A row that was read under a key that is then destroyed would count as nothing, for ever."""
    with setu.worker_db.transaction() as session:
        hold_back_rotation(session)
        assert not rotate_keys(setu.rotation, after=NOW)
    assert rotate_keys(setu.rotation, after=NOW)
