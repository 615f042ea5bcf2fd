"""A provider keeps its listing true and a coordinator approves, in a browser: by keyboard, without scripts, axe 0."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from sqlalchemy import select, text
from werkzeug.serving import make_server

from conftest import Keys
from directory_service.app import create_app
from directory_service.editing.pages.listing_sections import SECTIONS
from directory_service.importing.use_cases.load_sample import load_sample
from directory_service.listings.store.tables import ChangeRequest, Service
from directory_service.settings import load
from local_stack.test_servers import free_ports
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens, by_cookie
from support.listings import (
    KOLKATA,
    NOON,
)
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults


@dataclass
class Desk:
    """The directory with its sample, a provider that is new, and whoever signs in."""

    base: str
    browser: Browser
    worker: Database
    tokens: SessionTokens
    cookie: str
    provider: UUID
    service: UUID
    opened: list[BrowserContext] = field(default_factory=list)

    def open(self, role: str, path: str, *, lang: str = "en", width: int = 360, scripts: bool = False) -> Page:
        kind = "provider" if role == "provider_manager" else "coordinating_body"
        organization = self.provider if role == "provider_manager" else SystemIds().uuid()
        ids = [SystemIds().uuid() for _ in range(3)]
        until = NOON + timedelta(hours=8)
        who = Principal(*ids, organization, kind, role, (KOLKATA,), lang, None, NOON, until)
        context = self.browser.new_context(
            viewport={"width": width, "height": 740}, java_script_enabled=scripts, base_url=self.base
        )
        cookies = {"setu_lang": lang, self.cookie: self.tokens.mint(by_cookie(who))}
        context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])
        self.opened.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    def record(self) -> dict[str, Any]:
        with self.worker.transaction() as session:
            return dict(session.get_one(Service, self.service).record)


@pytest.fixture
def desk(fresh_database: Callable, settings_env: Callable, chromium: Browser, keys: Keys) -> Iterator[Desk]:
    urls, base = fresh_database("directory"), f"http://127.0.0.1:{free_ports(1)[0]}"
    worker = Database(urls.worker)
    load_sample(worker, NOON)
    with worker.transaction() as session:
        theirs = select(Service).where(Service.record.contains({"districts": [KOLKATA]}), Service.public)
        service = session.scalars(theirs.order_by(Service.name)).first()
        assert service is not None
        session.execute(text("UPDATE organization SET established_at = NULL WHERE id = :id"), {"id": provider(service)})
    settings = load(settings_env("directory", urls, SETU_DIRECTORY_URL=base, SETU_PSEUDO_LANGUAGE="1"))
    app = create_app(settings, clock=FrozenClock(NOON))
    server = make_server("127.0.0.1", urlsplit(base).port or 0, app, threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())
    cookie = f"setu_session_{settings.port_base}"
    made = Desk(base, chromium, worker, tokens, cookie, provider(service), service.id)
    yield made
    for each in made.opened:
        each.close()
    server.shutdown()
    running.join()
    worker.dispose()
    app.extensions["setu"].db.dispose()


def provider(service: Service) -> UUID:
    return service.organization_id


def press(page: Page, button: Locator) -> None:
    """Press a button that leads to another page, and be there."""
    with page.expect_navigation():
        button.click()


def every_screen(desk: Desk, page: Page, *, lang: str) -> Iterator[tuple[str, Page]]:
    """Each page in each of its states, in the order of work."""
    page.goto("/listings")
    yield "our services", page
    here = f"/listings/{desk.service}"
    page.goto(f"{here}/contact/change")
    press(page, page.locator("button[value=phones]"))
    page.fill("[name='phone_number.1']", "no number")
    page.fill("[name=url]", "nowhere")
    press(page, page.locator("main form button.main"))
    yield "change contact, errors", page
    page.goto(f"{here}/texts/change")
    page.fill("[name=name]", f"A service with a name that needs more than one line on every phone, in {lang}")
    press(page, page.locator("main form button.main"))
    yield "waits", page
    page.goto(f"{here}/remove")
    yield "remove", page
    for path in ("/listings/organization", "/listings/new", "/listings/places", "/listings/places/new"):
        page.goto(path)
        yield path, page
    press(page, page.locator("main form button.main"))
    yield "new place, errors", page
    page.goto("/listings/places")
    page.goto(f"{page.locator('.rows a').first.get_attribute('href')}/remove")
    yield "remove a place", page
    coordinator = desk.open("coordinator", "/approvals", lang=lang, scripts=True)
    yield "approvals", coordinator
    coordinator.locator("details summary").last.click()
    press(coordinator, coordinator.locator("button.danger").last)
    yield "approvals, no reason", coordinator
    coordinator.goto("/approvals")
    press(coordinator, coordinator.locator("article button.main").first)
    yield "approved", coordinator
    page.goto(here)
    yield "a service", page
    page.goto(f"{here}/history")
    yield "history", page


@in_drawn_looks("lang", ["en", "hi", "bn"])
def test_every_screen_is_for_everybody_and_fits_a_phone(desk: Desk, lang: str) -> None:
    page = desk.open("provider_manager", "/listings", lang=lang, scripts=True)
    found = {}
    for key in drawn_screens(list(SECTIONS), of="sections of a listing"):
        page.goto(f"/listings/{desk.service}/{key}/change")
        found[key] = faults(page)
    found |= {name: faults(shown, f"listing, {name}") for name, shown in every_screen(desk, page, lang=lang)}

    assert {name: faulty for name, faulty in found.items() if faulty} == {}


def test_hours_are_typed_as_days_and_times_by_keyboard_without_scripts(desk: Desk) -> None:
    page = desk.open("provider_manager", f"/listings/{desk.service}/hours/change", width=1280)
    with page.expect_navigation():
        page.locator("button[name=add_row]").press("Enter")
    page.locator("#f-days-1-7").press("Space")
    page.locator("#f-opens-1").type("0900AM")
    page.locator("#f-closes-1").type("0100PM")
    with page.expect_navigation():
        page.locator("#f-closes-1").press("Enter")

    assert "looks at it before it is public" in page.inner_text("main")
    with desk.worker.transaction() as session:
        [asked] = session.scalars(select(ChangeRequest)).all()
    assert {each["field"]: each["after"][-1] for each in asked.changes} == {
        "schedules": {"rrule": "FREQ=WEEKLY;BYDAY=SU", "opens_at": "09:00", "closes_at": "13:00"}
    }


def test_who_saves_second_is_told_and_loses_nothing_that_was_typed(desk: Desk) -> None:
    here = f"/listings/{desk.service}"
    first = desk.open("provider_manager", f"{here}/today/change")
    second = desk.open("provider_manager", f"{here}/today/change")
    confirming = desk.open("provider_manager", here)
    first.fill("[name=places_available]", "7")
    press(first, first.locator("main form button.main"))
    second.fill("[name=places_available]", "2")
    press(second, second.locator("main form button.main"))
    press(confirming, confirming.locator("main form button.main").first)

    assert "It is public now" in first.inner_text("main")
    assert "Somebody changed this service" in second.inner_text("main")
    assert second.input_value("[name=places_available]") == "2"
    assert "Somebody changed this service" in confirming.inner_text("main")
    assert desk.record()["places_available"] == 7
    confirming.goto(here)
    with confirming.expect_navigation():
        confirming.locator("main form button.main").first.click()
    assert "Confirmed" in confirming.inner_text("main")
    assert desk.record()["assured_date"] == "2026-11-24"


def test_turning_an_address_confidential_is_done_at_once_also_for_a_new_provider(desk: Desk) -> None:
    page = desk.open("provider_manager", "/listings/places")
    press(page, page.locator(".rows a").first)
    street = page.input_value("[name=address_1]")
    page.check("[name=confidential]", force=True)
    press(page, page.locator("main form button.main"))

    assert "The address is shown to nobody" in page.inner_text("main")
    with page.expect_navigation():
        page.locator(".rows a").first.click()
    assert page.input_value("[name=address_1]") == street, "its own organisation still sees it"
    here = page.url
    stranger = desk.open("coordinator", f"/services/{desk.service}")
    assert street not in stranger.content()
    page.goto(f"{here}/remove")
    with page.expect_navigation():
        page.locator("button.danger").click()
    assert "gone from every service" in page.inner_text("main")
    assert page.goto(here).status == 404  # type: ignore[union-attr]  # a page that answers
    page.goto(f"/listings/{desk.service}/texts/change")
    with page.expect_navigation():
        page.locator("main form button.main").click()
    assert "Nothing was different" in page.inner_text("main")
    assert page.goto("/listings/places/00000000-0000-4000-8000-000000000000").status == 404  # type: ignore[union-attr]  # a page that answers


def test_a_provider_says_anew_how_to_reach_it_and_the_coordinator_lets_it_through(desk: Desk) -> None:
    page = desk.open("provider_manager", "/listings/organization")
    page.fill("[name=website]", "nowhere")
    with page.expect_navigation():
        page.locator("main form button.main").click()
    assert "Enter a web address" in page.inner_text(".error-summary")
    page.fill("[name=website]", "https://example.org/alo")
    page.fill("[name='lang_name.0']", "आलो")
    with page.expect_navigation():
        page.locator("main form button.main").click()
    assert "looks at it before it is public" in page.inner_text("main")
    address = f"{desk.base}/api/organizations/{desk.provider}"
    assert "website" not in page.request.get(address).json()

    coordinator = desk.open("coordinator", "/approvals")
    press(coordinator, coordinator.locator("article button.main"))

    assert "Approved" in coordinator.inner_text("main")
    page.goto("/listings/organization")
    assert "https://example.org/alo" in page.locator("table").inner_text()
    assert page.request.get(address).json()["website"] == "https://example.org/alo"
