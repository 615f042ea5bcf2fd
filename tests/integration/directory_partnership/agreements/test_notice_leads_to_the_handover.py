"""The address that a handover's notice leads to: the successor's own list, or the agreement's page; never a refusal."""

from uuid import uuid4

from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from support.partnership import FAR_BODY, NODI, STATION, Partnership, in_force, member_id


def test_everybody_who_is_told_is_led_to_where_they_can_act(partnership: Partnership) -> None:
    address, supervisor = f"/partnerships/{in_force(partnership)}", partnership.member("unit_supervisor", STATION)
    form = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    supervisor.post(f"{address}/focal-points", data=form)
    successor = partnership.member("officer", STATION)
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id
    form["member"] = str(member_id(partnership, STATION, "officer"))
    assert supervisor.post(f"{address}/focal-points/{point}/hand-over", data=form).status_code == 303
    with partnership.worker() as session:
        handover = session.query(Handover).one().id

    own = successor.get(f"/handovers/{handover}")

    assert own.headers["Location"] == f"/handovers#h-{handover}"
    assert f'id="h-{handover}"' in successor.get("/handovers").text
    for browser in (supervisor, partnership.browser("provider_manager", NODI), partnership.browser("coordinator")):
        assert browser.get(f"/handovers/{handover}").headers["Location"] == f"{address}#points"
    for browser in (partnership.browser("officer"), partnership.browser("coordinator", FAR_BODY)):
        assert browser.get(f"/handovers/{handover}").headers["Location"] == "/handovers"
    assert supervisor.get(f"/handovers/{uuid4()}").headers["Location"] == "/handovers"
    assert successor.post(f"/handovers/{handover}/take").status_code == 303
    taken = successor.get(f"/handovers/{handover}").headers["Location"]
    assert taken == f"/handovers?done={handover}", "an officer reads no agreement"
