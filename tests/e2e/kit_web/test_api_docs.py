"""`/api/docs` of each service: everything in it is drawn, from our own server alone, and no policy is hurt."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Request
from werkzeug.serving import make_server

from fresh_databases import Urls

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
HURT = "window.hurt = []; document.addEventListener('securitypolicyviolation', (e) => hurt.push(e.violatedDirective));"


@contextmanager
def serving(service: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The service at an address of its own; the page needs no database, so there is none."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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


@pytest.mark.parametrize("service", ["directory", "referral", "notification"])
def test_the_docs_page_draws_every_operation_and_asks_nobody_else(
    service: str, chromium: Browser, settings_env: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = settings_env(service, Urls(NOWHERE, NOWHERE, NOWHERE, NOWHERE))
    with serving(service, environment, monkeypatch) as base:
        context = chromium.new_context(viewport={"width": 360, "height": 740})
        asked: list[Request] = []
        context.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright marks its handlers
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(HURT)
        answer = page.goto(f"{base}/api/docs")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;" in policy
        assert "form-action 'self' http" in policy  # leaving quickly leads to the directory
        page.locator(".opblock").first.wait_for()

        document = context.request.get(f"{base}/api/openapi.json").json()
        operations = [
            (path, method) for path, item in document["paths"].items() for method in item if method != "parameters"
        ]
        assert page.locator(".opblock").count() == len(operations)
        page.locator(".opblock-summary-control").first.click()
        page.locator(".opblock-body").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        if service == "directory":  # its first operation needs no database, so it can be tried out here
            page.locator(".try-out__btn").first.click()
            page.locator(".execute").first.click()
            page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
        assert page.evaluate("hurt") == []
        assert errors == []
        assert {request.url.removeprefix(base)[0] for request in asked if not request.url.startswith("data:")} == {"/"}
        ours = Axe().run(page, context={"exclude": [[".swagger-ui"]]}).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in ours] == []
        page.get_by_role("button", name="हिन्दी").click()
        page.locator("html[lang=hi] .opblock").first.wait_for()
        context.close()

        plain = chromium.new_context(java_script_enabled=False).new_page()
        plain.goto(f"{base}/api/docs")
        plain.get_by_role("link", name="OpenAPI").click()
        assert plain.url == f"{base}/api/openapi.json"
        plain.context.close()
