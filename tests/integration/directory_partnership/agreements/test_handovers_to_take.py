"""What somebody is named to take, on one page: as many statements for one handover as for several."""

from uuid import UUID

from flask.testing import FlaskClient

from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from support.listings import KOLKATA, counted
from support.partnership import FAR_PROVIDER, NODI, STATION, Partnership, in_force, member_id


def handed_over(partnership: Partnership, agreement: UUID, post: str) -> None:
    """A post of the station, to the last officer who was made there."""
    now, follows = partnership.clock.now(), partnership.members[STATION.id, "officer"]
    point = partnership.ids.uuid()
    of_station = {"agreement_id": agreement, "district_code": KOLKATA, "organization_id": STATION.id, "named_at": now}
    of_station["duty_phone"] = "+919830012345"
    held_by = member_id(partnership, STATION)
    with partnership.worker() as session:
        session.add(FocalPoint(id=point, side="unit", post=post, membership_id=held_by, **of_station))
        session.flush()
        successor = {"successor_membership": follows.membership, "successor_account": follows.account}
        session.add(
            Handover(id=partnership.ids.uuid(), focal_point_id=point, due_on=now.date(), **successor, **of_station)
        )


def statements(partnership: Partnership, officer: FlaskClient, *posts: str) -> list[str]:
    with counted(partnership.directory.web) as seen:
        page = officer.get("/handovers").text
    assert all(post in page for post in posts)
    return [each for each in seen if "handover" in each]


def test_a_second_handover_costs_no_statement_more(partnership: Partnership) -> None:
    one, two = in_force(partnership, STATION, NODI), in_force(partnership, STATION, FAR_PROVIDER)
    partnership.member("unit_supervisor", STATION)
    officer = partnership.member("officer", STATION)
    handed_over(partnership, one, "station officer")
    first = statements(partnership, officer, "station officer")
    handed_over(partnership, two, "duty officer")

    assert statements(partnership, officer, "station officer", "duty officer") == first


def test_it_says_with_which_partner_and_where_to_go_on(partnership: Partnership) -> None:
    address, supervisor = f"/partnerships/{in_force(partnership)}", partnership.member("unit_supervisor", STATION)
    form = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    supervisor.post(f"{address}/focal-points", data=form)
    officer = partnership.member("officer", STATION)
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id
    form["member"] = str(member_id(partnership, STATION, "officer"))
    supervisor.post(f"{address}/focal-points/{point}/hand-over", data=form)

    before = officer.get("/handovers").text
    with partnership.worker() as session:
        handover = session.query(Handover).one().id
    after = officer.post(f"/handovers/{handover}/take", follow_redirects=True).text

    assert "Agreement with Nodi" in before
    assert "Duty phone: +91 98300 12345" in before, "whose number it is"
    for words in ("Agreement with Nodi", "It is yours now: station officer", "Go to the start page"):
        assert words in after
    assert "Nothing is handed over to you." not in after
    assert "It is yours now" not in partnership.browser("officer").get(f"/handovers?done={handover}").text


def test_a_handover_that_an_older_process_named_is_shown_without_its_partner(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    partnership.member("unit_supervisor", STATION)
    officer = partnership.member("officer", STATION)
    handed_over(partnership, agreement, "station officer")

    page = officer.get("/handovers").text

    assert ("station officer" in page, "Agreement with" in page) == (True, False)
