import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from local_stack.test_servers import free_ports
from support.accounts import (
    House,
    Person,
    a_house,
)


@dataclass
class Site:
    """The directory on a port, with people in it, and a browser before it."""

    house: House
    base: str
    browser: Browser
    unit: UUID
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, path: str, person: Person | None = None, *, lang: str = "en", width: int = 360, **how: object
    ) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 740}, base_url=self.base, **how)
        self.contexts.append(context)
        context.add_cookies([{"name": "setu_lang", "value": lang, "url": self.base}])
        if person is not None:
            token = self.house.session_cookie(self.house.browser(person))
            name = f"setu_session_{self.house.settings.port_base}"
            context.add_cookies([{"name": name, "value": token, "url": self.base}])
        page = context.new_page()
        page.goto(path)
        return page


@pytest.fixture
def site(fresh_database: Callable, settings_env: Callable, chromium: Browser) -> Iterator[Site]:
    urls = fresh_database("directory")
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    more = {"SETU_TEST_WORKER_URL": urls.worker, "SETU_DIRECTORY_URL": base, "SETU_PSEUDO_LANGUAGE": "1"}
    # the other two are not running here: whoever is sent to them lands on a page of the directory instead
    more |= {"SETU_REFERRAL_URL": base, "SETU_NOTIFICATION_URL": base}
    house = a_house(settings_env("directory", urls, **more))
    server = make_server("127.0.0.1", port, house.app, threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    site = Site(
        house, base, chromium, house.organization("police_unit", name="A police station with quite a long name")
    )
    yield site
    for context in site.contexts:
        context.close()  # its pages ask again every few seconds
    server.shutdown()
    running.join()
    house.web.dispose()
    house.worker.dispose()
