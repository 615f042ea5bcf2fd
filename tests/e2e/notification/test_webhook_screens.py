"""Webhook screens in a browser: added, tested, rotated, resent and removed without JavaScript; looked at under axe."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from playwright.sync_api import Page
from sqlalchemy import text

from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.outside.webhooks import HttpWebhooks
from notification_service.use_cases.deliver_webhook import WebhookDependencies
from service_kit.ids import SystemIds
from service_kit.keyring import MacKey
from support.notices.site import Site
from support.notification import MANAGER, NGO, Scene, an_event, referral_data
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults
from support.webhooks.endpoints import LINKS, an_endpoint, deliver_webhook_once
from support.webhooks.sinks import RESET, a_sink


def press(page: Page, name: str, role: str = "button") -> None:
    """Click what leads to another page, and be there."""
    with page.expect_navigation():
        page.get_by_role(role, name=re.compile(f"^{name}")).first.click()  # type: ignore[arg-type]  # one of the roles


def deliver(scene: Scene) -> None:
    carrier = HttpWebhooks(WebhookAddresses({"http://127.0.0.1:*"}))
    sending = WebhookDependencies(
        scene.db, scene.clock, scene.believable, SystemIds(), MacKey(b"m" * 32), carrier, LINKS, ()
    )
    with ThreadPoolExecutor(1) as aside:  # the browser's own loop runs in this thread
        while aside.submit(deliver_webhook_once, sending).result():
            pass


def busy_endpoint(scene: Scene) -> tuple[UUID, UUID]:
    """One with messages taken, waiting and failed, beside one that is off; and a message with two tries."""
    with a_sink() as sink:
        endpoint = an_endpoint(scene, sink.answering(200, RESET, 500), description="Our case system " * 4)
        for n in range(4):
            scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO, reference=f"R-7KQ{n + 2}-9XTC")))
        for _ in range(4):
            deliver(scene)
            with scene.db.transaction() as session:  # what waits for the endpoint is not held back
                session.execute(text("UPDATE webhook_endpoint SET paused_until = NULL"))
    an_endpoint(scene, "https://hooks.example.org/" + "long" * 40, state="disabled", reason="failing")
    with scene.db.transaction() as session:
        one = "(SELECT id FROM webhook_message WHERE state = 'waiting' LIMIT 1)"
        session.execute(text(f"UPDATE webhook_message SET state = 'failed' WHERE id = {one}"))  # noqa: S608 # our own words
        message = session.scalar(text("SELECT message_id FROM webhook_attempt WHERE status = 500"))
    return endpoint, message


def test_a_manager_adds_tries_rotates_and_removes_an_endpoint_without_javascript(site: Site) -> None:
    with a_sink() as sink:
        page = site.open(MANAGER, "/webhooks", java_script_enabled=False)
        press(page, "Add an endpoint", "link")
        page.get_by_label("Address").fill("http://hooks.example.org/")
        press(page, "Add the endpoint")
        assert page.get_by_role("alert").get_by_role("link").all_inner_texts() == [
            "The address must begin with https://.",
            "Choose at least one kind of event that it shall be told of.",
        ]
        page.get_by_label("Address").fill(sink.url)
        page.locator("label", has_text="New referral").click()
        press(page, "Add the endpoint")
        first = page.get_by_text(re.compile("^whsec_")).inner_text()
        press(page, "Go to the endpoint", "link")
        press(page, "Send a test")
        deliver(site.scene)
        page.reload()
        press(page, "Test", "link")
        assert page.get_by_text("Answered 200").is_visible()
        assert '"type":"webhook.test"' in page.locator("main").inner_text()
        press(page, "Send again")
        assert page.locator("dl").get_by_text("Waiting").is_visible()
        deliver(site.scene)
    assert len({each.headers["webhook-id"] for each in sink.arrived}) == 1
    press(page, "http", "link")
    press(page, "Turn off")
    press(page, "Turn on")
    press(page, "Send again")
    assert page.get_by_text("0 messages are sent again").is_visible()
    press(page, "Rotate the secret")
    assert page.get_by_text(re.compile("^whsec_")).inner_text() != first
    press(page, "Go to the endpoint", "link")
    assert page.get_by_text("Both secrets sign until").is_visible()
    press(page, "Remove", "link")
    press(page, "Remove the endpoint")
    assert page.get_by_text("The endpoint is removed.").is_visible()


@in_drawn_looks(
    ("language", "scheme", "width"),
    [("en", "light", 360), ("hi", "dark", 360), ("bn", "dark", 1280)],
)
def test_axe_finds_nothing_and_nothing_sticks_out(site: Site, language: str, scheme: str, width: int) -> None:
    look = {"language": language, "color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    page = site.open(MANAGER, "/webhooks", **look)
    assert faults(page, "webhooks, none yet") == []
    endpoint, message = busy_endpoint(site.scene)
    at = f"/webhooks/{endpoint}"
    for path in drawn_screens(("/webhooks", "/webhooks/new", at, f"{at}/messages/{message}"), of="webhooks"):
        page.goto(path)
        assert faults(page) == [], path


def test_every_text_is_translated(site: Site) -> None:
    endpoint, message = busy_endpoint(site.scene)
    page = site.context(MANAGER, language="en-XA").new_page()
    at = f"/webhooks/{endpoint}"
    for path in drawn_screens(("/webhooks", "/webhooks/new", at, f"{at}/messages/{message}"), of="texts of webhooks"):
        page.goto(path)
        page.locator("[translate=no], code").evaluate_all("all => all.forEach(each => each.remove())")
        left = re.sub(r"\S+\.v1|https?://\S+|msg_\w+|webhook-id", "", page.locator("main").inner_text())
        for _ in range(2):  # a time stands in a sentence
            left = re.sub(r"⟦[^⟦⟧]*⟧", "", left)
        assert set(re.findall(r"[^\W\d_]{3,}", left)) <= {"Nov", "minutes", "hours", "hour", "minute"}, path
