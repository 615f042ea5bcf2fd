"""The data officer's desk over HTTP, as a browser without a script: two officers, and what they are shown."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from werkzeug.test import TestResponse

from referral_service.use_cases.cards.apply_card_requests import apply_card_requests
from service_kit.db.tables import audit_entry
from service_kit.identity import Principal
from support.referral import DATA_OFFICER, SECOND_DATA_OFFICER, Referral, ReferralService
from support.referrals.form import FormFiller

NUMBER = re.compile(r"D-[0-9A-Z]{4}-[0-9A-Z]{4}")


def at_the_desk(setu: ReferralService, who: Principal = DATA_OFFICER) -> FormFiller:
    """A browser of this person."""
    return FormFiller(setu, who)


def request_of(page: TestResponse) -> str:
    """The id of the request that this page shows, after its redirects."""
    assert page.status_code == 200, page.text
    return str(UUID(page.request.path.split("/")[2]))


def text_of(page: TestResponse) -> str:
    """What the main part of a page says, as one line."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).strip()


def let_the_worker_look(setu: ReferralService) -> None:
    """The worker's next round over what waits for cards."""
    apply_card_requests(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())


def log_of(setu: ReferralService, request_id: str) -> list[tuple[str, str]]:
    """Action and outcome of every entry of the audit log about a request, in order."""
    query = select(audit_entry.c.action, audit_entry.c.outcome).where(audit_entry.c.object_id == request_id)
    with setu.worker_db.transaction() as session:
        return [(action, outcome) for action, outcome in session.execute(query.order_by(audit_entry.c.position))]


def signed_in_anew(setu: ReferralService, who: Principal) -> Principal:
    """The same person with a new session and a second factor given now, as after the browser has locked."""
    now = setu.clock.now()
    return replace(who, session=uuid4(), issued_at=now, second_factor_at=now)


def begin_emergency(setu: ReferralService, referral: Referral) -> str | None:
    """A danger to life: one officer asks; the id of the request, None where nothing of the referral is left."""
    asked = {"named": referral.reference, "danger": "overdose"}
    page = at_the_desk(setu, signed_in_anew(setu, DATA_OFFICER)).post("/desk/emergency", asked)
    return request_of(page) if page.status_code == 200 else None


def emergency(setu: ReferralService, referral: Referral) -> str:
    """Another officer has agreed, too; the id of the request, open for an hour."""
    request_id = begin_emergency(setu, referral)
    assert request_id is not None
    decide(setu, SECOND_DATA_OFFICER, request_id, "yes")
    return request_id


def demand(setu: ReferralService, named: str, officer: Principal = DATA_OFFICER, **more: Any) -> str:
    """A court's order for name and number, written down; the id of the request."""
    order = {"authority": "The Sessions Court", "order": "12/2026 of 1 March", "by_court": "yes"}
    body = {**order, "named": named, "items": ["name", "contact"], **more}
    return request_of(at_the_desk(setu, officer).post("/desk/demand", body))


def decide(setu: ReferralService, who: Principal, request_id: str, answer: str, reason: str = "") -> TestResponse:
    """Decide what the page shows now; the page after it."""
    browser = at_the_desk(setu, who)
    version = version_on(browser.get(f"/desk/{request_id}"))
    return browser.post(f"/desk/{request_id}/decide", {"version": version, "answer": answer, "reason": reason})


def version_on(page: TestResponse) -> str:
    """The version that the page's forms send; empty where it has none."""
    found = re.search(r'name="version" value="(\d+)"', page.text)
    return found[1] if found else ""


def seen_by(page: TestResponse) -> str:
    """What a form for a correction says that it saw."""
    found = re.search(r'name="seen" value="([^"]*)"', page.text)
    return "" if found is None else found[1]
