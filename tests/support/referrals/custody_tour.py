"""A walk over the screens of prison health staff, and the provider's list of who leaves, for checks on all of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from playwright.sync_api import Page

from service_kit.identity import Principal
from setu.india import INDIA
from support.referral import a_body
from support.referrals import running_service as world
from support.referrals.browsers import Desk
from support.referrals.tour import pick, press


def a_nurse(prison: UUID = world.PRISON) -> Principal:
    """One of the health staff of a prison."""
    return world.a_person("custody_health", prison, "prison")


def send_from_prison(desk: Desk, nurse: Principal, *, in_days: int) -> str:
    """The id of a referral of somebody who is released in so many days."""
    day = (nurse.issued_at + timedelta(days=in_days)).astimezone(INDIA).date().isoformat()
    body = a_body(setting="prison", service_id=str(world.SAHAYA_SERVICE), expected_release=day)
    return str(_post(desk, nurse, "/api/referrals", body, **{"Idempotency-Key": str(uuid4())})["id"])


def custody_screens(desk: Desk, language: str) -> Iterator[tuple[str, Page]]:
    """Before anything was sent, with a question and people who leave, the release with mistakes and what it changed."""
    page = desk.page(a_nurse(world.OTHER_PRISON), language)
    for name, path in (("day, empty", "/"), ("leaving, empty", "/leaving")):
        page.goto(path)
        yield name, page
    nurse = a_nurse()
    page = desk.page(nurse, language)
    asked, met, sent = (send_from_prison(desk, nurse, in_days=in_days) for in_days in (9, 3, 40))
    _ask_and_appoint(desk, asked, met)
    colleague = desk.page(a_nurse(), language)
    for name, path in (("day", "/"), ("leaving", "/leaving"), ("sent of the team", "/sent")):
        colleague.goto(path)
        yield name, colleague
    colleague.goto(f"/sent/{asked}")
    yield "a question", colleague
    page.goto(f"/sent/{sent}")
    press(page, "a[href$='/release']")
    yield "release", page
    pick(page, "when", "transfer")
    press(page, "button.main")
    yield "release, mistake", page
    pick(page, "when", "today")
    press(page, "button.main")
    yield "release, changed", page
    page = desk.case_worker(language)
    page.goto("/inbox/leaving")
    yield "leaving without an appointment", page


def _ask_and_appoint(desk: Desk, asked: str, met: str) -> None:
    worker = world.a_person("case_worker", world.SAHAYA, "provider")
    soon = (worker.issued_at + timedelta(days=2)).isoformat()
    acts: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (asked, "open", {}),
        (asked, "ask", {"question": "medicine_continues"}),
        (met, "accept", {}),
        (met, "contact", {"attempt": "reached", "next_appointment": soon}),
    )
    for referral, event, body in acts:
        _post(desk, worker, f"/api/referrals/{referral}/{event}", body, **{"If-Match": _tag(desk, worker, referral)})


def _tag(desk: Desk, who: Principal, referral: str) -> str:
    headers = {"Authorization": f"Bearer {desk.live.token(who)}"}
    return str(desk.live.app.test_client().get(f"/api/referrals/{referral}", headers=headers).headers["ETag"])


def _post(desk: Desk, who: Principal, path: str, body: dict[str, Any], **more: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {desk.live.token(who)}", **more}
    answer = desk.live.app.test_client().post(path, json=body, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.get_json()
    return found
