"""`/api/docs` of a service: every operation, from our own server alone, for everybody, with and without scripts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Literal

import pytest
from playwright.sync_api import Browser, Request
from werkzeug.serving import make_server

from local_stack.test_servers import free_ports
from support.fresh_databases import Urls
from support.pages.drawn_looks import EVERY_LOOK, drawn
from support.pages.looks import violations

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
SERVICES = ("directory", "referral", "notification")
EACH = [
    pytest.param(service, scripts, id=f"{service}-{'with scripts' if scripts else 'without'}")
    for scripts in (True, False)
    for service in SERVICES
]
CASES = EACH if EVERY_LOOK else [drawn(EACH, of="documents")]
"""Each service's page is of one template: one is drawn, with scripts or without."""
SHORTEST = "notification"
"""Whose page is asked for its colours: all have them from one stylesheet, and long pages take long."""
BOTH: list[Literal["light", "dark"]] = ["light", "dark"]
SCHEMES = BOTH if EVERY_LOOK else [drawn(BOTH, of="colours of documents")]


@contextmanager
def serving(service: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The service at an address of its own; the page needs no database, so there is none."""
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(f"SETU_{service.upper()}_URL", base)
    server = make_server("127.0.0.1", port, import_module(f"{service}_service.app").create_app(), threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        yield base
    finally:
        server.shutdown()
        running.join()


@pytest.mark.parametrize(("service", "scripts"), CASES)
def test_the_docs_page_shows_every_operation_is_for_everybody_and_asks_nobody_else(
    service: str,
    scripts: bool,  # pytest's parameter
    chromium: Browser,
    settings_env: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = settings_env(service, Urls(NOWHERE, NOWHERE, NOWHERE, NOWHERE))
    with serving(service, environment, monkeypatch) as base:
        context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=scripts)
        asked: list[Request] = []
        context.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright marks its handlers
        page = context.new_page()
        answer = page.goto(f"{base}/api/docs")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';" in policy

        document = context.request.get(f"{base}/api/openapi.json").json()
        assert "`" not in page.locator("main").inner_text()  # code stands as code
        operations = [(path, each) for path, item in document["paths"].items() for each in item if each != "parameters"]
        assert page.locator("section .operation:has(.sample)").count() >= len(operations)
        assert page.locator(".operation > summary .tag").count() == len(operations)
        assert page.locator(".sample:has-text('curl -sS')").count() == len(operations)
        page.locator(".operation > summary").first.click()
        page.locator(".operation[open] .sample").first.wait_for()
        to_object = page.locator(".operation[open] a[href^='#object-']").first
        place = (to_object.get_attribute("href") or "").removeprefix("#")
        to_object.click()
        page.locator(f".operation[open] [id='{place}']").wait_for()
        assert {request.url.removeprefix(base)[0] for request in asked} == {"/"}
        if scripts:
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            assert violations(page, rules={"color-contrast": {"enabled": False}}) == []
            for scheme in SCHEMES if service == SHORTEST else ():
                page.emulate_media(color_scheme=scheme)
                assert violations(page, runOnly=["color-contrast"]) == [], scheme
        with page.expect_navigation():
            page.get_by_role("button", name="हिन्दी").click()
        assert page.locator("html[lang=hi] .operation").count() > 0
        with page.expect_navigation(url=f"{base}/api/openapi.json"):
            page.locator("main a[href='/api/openapi.json']").click()
        context.close()
