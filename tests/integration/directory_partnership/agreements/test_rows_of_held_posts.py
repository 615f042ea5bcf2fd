"""Row-level security shows a focal point the other side's posts, and of the agreement what the view tells alone."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from directory_service.accounts.store.tables import Membership
from directory_service.listings.domain.records import Organization
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from service_kit.identity import Scope
from support.agreements.held_posts import NODI_PHONE, POLICE_PHONE, a_holder, hold
from support.listings import KOLKATA, NOON
from support.partnership import NODI, OTHER_STATION, STATION, Partnership, in_force, member_id

PHONES = "SELECT duty_phone FROM focal_point ORDER BY duty_phone"
HELD = "SELECT agreement_id FROM held_agreement"
AGREEMENTS = "SELECT id FROM agreement"
OTHER_PHONE = "+919830000009"


def rows(partnership: Partnership, scope: Scope, query: str) -> list[object]:
    with partnership.directory.web.transaction(scope) as session:
        return list(session.scalars(text(query)))


def officers_scope(partnership: Partnership) -> Scope:
    return partnership.members[STATION.id, "officer"].scope


def write_post(
    partnership: Partnership,
    scope: Scope,
    agreement: UUID,
    *,
    of: Organization,
    side: str,
    membership: UUID | None = None,
) -> None:
    """What the policies let the web's role write, whatever the programs ask; of the writer, where nobody is named."""
    new = {"agreement_id": agreement, "district_code": KOLKATA, "organization_id": of.id, "side": side}
    member = membership or member_id(partnership, of, scope.role or "")
    held = {"post": "night officer", "duty_phone": OTHER_PHONE, "membership_id": member, "named_at": NOON}
    with partnership.directory.web.transaction(scope) as session:
        session.add(FocalPoint(id=uuid4(), **new, **held))


def test_a_focal_point_sees_the_own_post_and_those_of_the_partner(partnership: Partnership) -> None:
    _, agreement = a_holder(partnership)
    partnership.member("unit_supervisor", STATION)
    hold(partnership, agreement, STATION, "unit_supervisor", "supervisor", "+919830000001")
    scope = officers_scope(partnership)

    assert rows(partnership, scope, PHONES) == [POLICE_PHONE, NODI_PHONE], "a colleague's is not the partner's"
    assert rows(partnership, scope, HELD) == [agreement]
    assert rows(partnership, scope, AGREEMENTS) == []


def test_an_agreement_that_is_not_signed_or_over_shows_no_partner(partnership: Partnership) -> None:
    _, agreement = a_holder(partnership)
    for state, shown in (
        ("draft", ([POLICE_PHONE], [])),
        ("active", ([POLICE_PHONE, NODI_PHONE], [agreement])),
        ("ended", ([POLICE_PHONE], [])),
    ):
        with partnership.worker() as session:
            session.get_one(Agreement, agreement).state = state

        assert tuple(rows(partnership, officers_scope(partnership), each) for each in (PHONES, HELD)) == shown, state


@pytest.mark.parametrize("ended", ["post", "membership", "partner"])
def test_what_has_ended_shows_none(partnership: Partnership, ended: str) -> None:
    a_holder(partnership)
    now, of_partner = partnership.clock.now(), member_id(partnership, NODI)
    with partnership.worker() as session:
        mine = FocalPoint.membership_id == member_id(partnership, STATION, "officer")
        if ended == "membership":
            session.get_one(Membership, member_id(partnership, STATION, "officer")).ended_at = now
        else:
            point = mine if ended == "post" else FocalPoint.membership_id == of_partner
            session.query(FocalPoint).where(point).one().ended_at = now

    assert NODI_PHONE not in rows(partnership, officers_scope(partnership), PHONES)


def test_nobody_else_sees_them(partnership: Partnership) -> None:
    _, agreement = a_holder(partnership)
    in_force(partnership, OTHER_STATION, NODI)
    mine = officers_scope(partnership)
    partnership.member("officer", STATION)
    colleague = officers_scope(partnership)
    partnership.member("officer", OTHER_STATION)
    others = partnership.members[OTHER_STATION.id, "officer"].scope
    scopes = [
        Scope(),
        colleague,
        others,
        replace(mine, account=uuid4()),
        replace(mine, organization=OTHER_STATION.id),
        replace(mine, role="custody_health"),
    ]

    for scope in scopes:
        assert NODI_PHONE not in rows(partnership, scope, PHONES)
        assert rows(partnership, scope, HELD) == []
    assert rows(partnership, mine, HELD) == [agreement]


@pytest.mark.parametrize("side", ["unit", "provider"])
def test_a_supervisor_who_writes_a_post_into_an_agreement_of_others_sees_neither_side(
    partnership: Partnership, side: str
) -> None:
    _, agreement = a_holder(partnership)
    partnership.member("unit_supervisor", OTHER_STATION)
    stranger = partnership.members[OTHER_STATION.id, "unit_supervisor"].scope

    write_post(partnership, stranger, agreement, of=OTHER_STATION, side=side)

    scope = replace(stranger, districts=())
    assert rows(partnership, scope, HELD) == []
    assert rows(partnership, scope, PHONES) == [OTHER_PHONE]


def test_a_member_of_another_organization_with_a_post_of_a_side_sees_no_partner(partnership: Partnership) -> None:
    _, agreement = a_holder(partnership)
    partnership.member("unit_supervisor", STATION)
    partnership.member("officer", OTHER_STATION)
    stranger = partnership.members[OTHER_STATION.id, "officer"]

    supervisor = partnership.members[STATION.id, "unit_supervisor"].scope
    write_post(partnership, supervisor, agreement, of=STATION, side="unit", membership=stranger.membership)

    assert rows(partnership, stranger.scope, HELD) == []
    assert rows(partnership, stranger.scope, PHONES) == [OTHER_PHONE]


def test_the_view_can_only_be_read_and_by_the_web_alone(partnership: Partnership) -> None:
    every = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    may = text("SELECT has_table_privilege('held_agreement', wanted) FROM unnest(CAST(:every AS text[])) AS wanted")
    found = []
    for database in (partnership.directory.web, partnership.directory.worker):
        with database.transaction() as session:
            found.append(session.scalars(may, {"every": every}).all())
    assert found == [[True, *[False] * 6], [False] * 7]


def test_the_view_reads_with_its_owners_rights_and_lets_no_condition_look_behind_it(partnership: Partnership) -> None:
    with partnership.worker() as session:
        options = session.scalar(text("SELECT reloptions FROM pg_class WHERE relname = 'held_agreement'"))
    assert options == ["security_barrier=true"]
