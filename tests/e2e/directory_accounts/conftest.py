import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from builders_accounts import House, Person, a_house

CHROMIUM = os.environ.get("SETU_CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """The directory on a port, with people in it, and a browser before it."""

    house: House
    base: str
    browser: Browser
    unit: UUID

    def open(
        self, path: str, person: Person | None = None, *, lang: str = "en", width: int = 360, **how: object
    ) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 740}, base_url=self.base, **how)
        context.add_cookies([{"name": "setu_lang", "value": lang, "url": self.base}])
        if person is not None:
            token = self.house.bearer(person)["Authorization"].removeprefix("Bearer ")
            name = f"setu_session_{self.house.settings.port_base}"
            context.add_cookies([{"name": name, "value": token, "url": self.base}])
        page = context.new_page()
        page.goto(path)
        return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}; SETU_CHROMIUM names another")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(fresh_database: Callable, settings_env: Callable, chromium: Browser) -> Iterator[Site]:
    urls = fresh_database("directory")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    more = {"SETU_TEST_WORKER_URL": urls.worker, "SETU_DIRECTORY_URL": base, "SETU_PSEUDO_LANGUAGE": "1"}
    # the other two are not running here: whoever is sent to them lands on a page of the directory instead
    more |= {"SETU_REFERRAL_URL": base, "SETU_NOTIFICATION_URL": base}
    house = a_house(settings_env("directory", urls, **more))
    server = make_server("127.0.0.1", port, house.app, threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield Site(house, base, chromium, house.organization("police_unit", name="A police station with quite a long name"))
    server.shutdown()
    running.join()
    house.web.dispose()
    house.worker.dispose()
