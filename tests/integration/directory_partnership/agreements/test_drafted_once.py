"""A form of a new agreement that is sent twice drafts one; gone back to and changed, it drafts another."""

import re
from concurrent.futures import ThreadPoolExecutor

from flask.testing import FlaskClient
from sqlalchemy import text

from support.events import eventually, waiting_for_locks
from support.partnership import ALO, ELSEWHERE, FAR_BODY, NODI, PRISON, STATION, Partnership

DAYS = {"from_day": "2026-11-01", "to_day": "2027-11-01", "review_on": "2027-10-01"}


def the_form(coordinator: FlaskClient) -> dict[str, str]:
    """What the form holds as it is opened, but for whose page it is, and what a coordinator types."""
    page = coordinator.get("/partnerships").text
    form = page[page.index('<form id="form-draft"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form))
    hidden.pop("page_of")
    return {**hidden, "unit": str(STATION.id), "provider": str(NODI.id), **DAYS}


def drafts(partnership: Partnership) -> tuple[int, int]:
    """How many are stored, and how many the audit log tells of."""
    with partnership.worker() as session:
        stored = session.scalar(text("SELECT count(*) FROM agreement"))
        noted = session.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'agreement.draft'"))
    return stored or 0, noted or 0


def test_sent_twice_at_once_it_drafts_one_and_both_answers_lead_to_it(partnership: Partnership) -> None:
    coordinator = partnership.browser("coordinator")
    form, clients = the_form(coordinator), [coordinator, partnership.browser("coordinator")]

    with ThreadPoolExecutor(2) as pool:
        with partnership.worker() as session:
            session.execute(text("SELECT FROM district FOR UPDATE"))  # to which an agreement points
            sent = [pool.submit(each.post, "/partnerships", data=form) for each in clients]
            eventually(lambda: waiting_for_locks(partnership.directory.worker) == 2)
        answers = [each.result() for each in sent]

    assert [each.status_code for each in answers] == [303, 303]
    assert len({each.headers["Location"] for each in answers}) == 1
    assert drafts(partnership) == (1, 1)


def test_sent_once_more_later_it_leads_to_the_draft_as_it_is_by_then(partnership: Partnership) -> None:
    coordinator = partnership.browser("coordinator")
    form = the_form(coordinator)
    made = coordinator.post("/partnerships", data=form).headers["Location"]
    coordinator.post(f"{made.partition('?')[0]}/sign", data={"side": "unit", "day": "2026-11-01", "seen": "1"})

    again = coordinator.post("/partnerships", data=form)

    assert (again.status_code, again.headers["Location"], drafts(partnership)) == (303, made, (1, 1))
    assert "signed" in coordinator.get(made).text


def test_gone_back_to_and_changed_it_drafts_another(partnership: Partnership) -> None:
    coordinator = partnership.browser("coordinator")
    form = the_form(coordinator)
    changed = ({}, {"provider": str(ALO.id)}, {"unit": str(PRISON.id)}, {"to_day": "2028-11-01"})

    answers = [coordinator.post("/partnerships", data=form | each) for each in changed]

    assert len({each.headers["Location"] for each in answers}) == len(changed)
    assert drafts(partnership) == (4, 4)


def test_the_form_of_another_district_is_not_there(partnership: Partnership) -> None:
    form = the_form(partnership.browser("coordinator"))
    far = partnership.browser("coordinator", FAR_BODY)

    assert far.post("/partnerships", data=form).status_code == 404, f"the unit is none of {ELSEWHERE}"
    assert drafts(partnership) == (0, 0)
