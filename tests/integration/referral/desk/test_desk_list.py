"""The list of requests: pages, kinds, and forms that are sent twice."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from referral_service.outside.codes import new_card_code
from referral_service.store.tables_desk import desk_request
from service_kit.db.tables import audit_entry
from support.desk import at_the_desk, demand, request_of, signed_in_anew
from support.referral import DATA_OFFICER, WORKER, ReferralService

ROW = re.compile(r'data-row="([0-9a-f-]+)"')
ORDER = {"authority": "The Sessions Court", "order": "12/2026", "by_court": "yes", "items": ["name"]}


def listed(setu: ReferralService, query: str = "") -> list[str]:
    """Every request, page after page."""
    found, address = [], f"/desk{query}"
    while address:
        page = setu.get(DATA_OFFICER, address)
        assert page.status_code == 200
        found += ROW.findall(page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = following[1].replace("&amp;", "&") if following else ""
    return found


def test_lists_of_requests_go_on_page_after_page_and_by_kind(setu: ReferralService) -> None:
    reference = setu.sent().reference
    with_day = [demand(setu, reference, due=f"2026-03-{day:02}") for day in range(28, 2, -1)]
    without = [demand(setu, reference) for _ in range(3)]
    assert listed(setu) == [*reversed(with_day), *sorted(without)]
    assert listed(setu, "?kind=breach") == []
    done = []
    for _ in range(27):
        setu.clock.advance(timedelta(seconds=1))
        done.append(request_of(at_the_desk(setu).post("/desk/erasure", {"code": new_card_code(setu.ids)})))
    assert listed(setu, "?kind=erasure") == done
    setu.say_by_code(new_card_code(setu.ids), "pressed")  # the worker's next round
    assert listed(setu, "?show=ended") == list(reversed(done))
    assert listed(setu, "?show=ended&kind=legal_demand") == []
    assert setu.get(DATA_OFFICER, "/desk?cursor=x").status_code == 400


def test_a_form_that_is_sent_twice_writes_down_one_request(setu: ReferralService) -> None:
    desk = at_the_desk(setu)
    key = re.search(r'name="form_key" value="([0-9a-f]{32})"', desk.get("/desk/demand").text)
    assert key is not None
    sent = {**ORDER, "named": setu.sent().reference, "form_key": key[1]}
    first, again = (request_of(desk.post("/desk/demand", sent)) for _ in range(2))
    other = request_of(desk.post("/desk/demand", {**sent, "order": "13/2026"}))
    assert (first == again, other != first) == (True, True)
    assert sorted(listed(setu)) == sorted([first, other])


def test_a_line_of_somebody_who_was_told_in_person_leads_to_no_line_of_the_log(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="met")
    setu.clock.advance(timedelta(days=1))
    told = setu.client(signed_in_anew(setu, WORKER)).post(f"/inbox/{referral.id}/in-person/told")
    assert told.status_code == 303
    with setu.worker_db.transaction() as session:
        line = session.execute(select(desk_request)).one()
        [logged] = session.execute(select(audit_entry).where(audit_entry.c.action == "referral.access")).all()
    assert line.opened_at == line.closed_at == datetime(2026, 3, 2, 18, 30, tzinfo=UTC), "the day in India alone"
    assert line.opened_at != logged.at
    assert line.id.version == 4, "other ids have their moment in them"
    assert line.opened_by != logged.actor
