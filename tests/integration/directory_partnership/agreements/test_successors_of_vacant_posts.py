"""A post falls vacant before its successor took it: its side sees that, names the successor outright or lets it be."""

from uuid import UUID

from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from support.agreements.vacant_posts import a_vacant_post, form_of
from support.partnership import NODI, STATION, Partnership, member_id

NAMED = "a successor is named"


def take(partnership: Partnership) -> str:
    with partnership.worker() as session:
        return f"/handovers/{session.query(Handover).one().id}/take"


def open_points(partnership: Partnership) -> list[UUID]:
    """Whose they are."""
    with partnership.worker() as session:
        return [each.membership_id for each in session.query(FocalPoint).where(FocalPoint.ended_at.is_(None))]


def test_a_vacant_post_is_shown_with_its_successor_until_that_takes_it(partnership: Partnership) -> None:
    address, point, successor, follows = a_vacant_post(partnership)
    supervisor, manager = partnership.again("unit_supervisor", STATION), partnership.member("provider_manager", NODI)
    own, other = supervisor.get(address).text, manager.get(address).text
    assert all(words in page for page in (own, other) for words in ("vacant", NAMED, "2 are still to be named"))
    button = f"{address}/focal-points/{point}/end"
    assert (button in own, button in other) == (True, False)

    assert successor.post(take(partnership)).status_code == 303

    assert open_points(partnership) == [follows]
    assert "vacant" not in supervisor.get(address).text


def test_whoever_follows_in_a_vacant_post_is_named_outright(partnership: Partnership) -> None:
    address, _, successor, follows = a_vacant_post(partnership)
    supervisor = partnership.again("unit_supervisor", STATION)

    assert supervisor.post(f"{address}/focal-points", data=form_of(follows, "duty officer")).status_code == 303

    assert open_points(partnership) == [follows]
    assert NAMED not in supervisor.get(address).text
    assert successor.post(take(partnership)).status_code == 409


def test_its_side_ends_the_handover_of_a_vacant_post_and_names_somebody_else(partnership: Partnership) -> None:
    address, point, successor, _ = a_vacant_post(partnership)
    supervisor, end = partnership.again("unit_supervisor", STATION), f"{address}/focal-points/{point}/end"
    assert partnership.member("provider_manager", NODI).post(end).status_code == 404

    assert supervisor.post(end).status_code == 303

    assert NAMED not in supervisor.get(address).text
    assert supervisor.post(end).status_code == 404
    assert successor.post(take(partnership)).status_code == 409
    other = member_id(partnership, STATION)
    assert supervisor.post(f"{address}/focal-points", data=form_of(other)).status_code == 303
    assert open_points(partnership) == [other]


def test_a_handover_of_a_post_that_is_held_still_stands_in_the_way(partnership: Partnership) -> None:
    address, _, _, follows = a_vacant_post(partnership)
    supervisor = partnership.again("unit_supervisor", STATION)
    assert supervisor.post(f"{address}/focal-points", data=form_of(member_id(partnership, STATION))).status_code == 303
    with partnership.worker() as session:
        held = session.query(FocalPoint).where(FocalPoint.ended_at.is_(None)).one()
        session.query(Handover).one().focal_point_id = held.id

    assert supervisor.post(f"{address}/focal-points", data=form_of(follows)).status_code == 409
