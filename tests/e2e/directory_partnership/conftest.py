import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from conftest import Keys, environment_of
from directory_service.listings.domain.records import Organization
from directory_service.settings import load
from local_stack.test_servers import free_ports
from service_kit.db.engine import Database
from service_kit.identity import Principal
from service_kit.session_tokens import by_cookie
from support.fresh_databases import FreshDatabases, Urls
from support.listings import Directory
from support.partnership import Partnership, add_two_districts


@dataclass
class Table:
    """The directory on a port, with two districts in it, and a browser before it."""

    partnership: Partnership
    base: str
    browser: Browser
    opened: list[BrowserContext] = field(default_factory=list)

    def context(
        self,
        role: str,
        *,
        at: Organization | None = None,
        who: Principal | None = None,
        lang: str = "en",
        width: int = 360,
        height: int = 740,
        **how: object,
    ) -> BrowserContext:
        context = self.browser.new_context(viewport={"width": width, "height": height}, base_url=self.base, **how)
        token = self.partnership.tokens.mint(by_cookie(who or self.partnership.somebody(role, at)))
        name = f"setu_session_{self.partnership.directory.settings.port_base}"
        context.add_cookies([{"name": "setu_lang", "value": lang, "url": self.base}])
        context.add_cookies([{"name": name, "value": token, "url": self.base}])
        self.opened.append(context)
        return context

    def close_contexts(self) -> None:
        """Their pages ask again every few seconds."""
        while self.opened:
            self.opened.pop().close()


@pytest.fixture
def table(fresh_database: Callable, tmp_path: Path, chromium: Browser, keys: Keys) -> Iterator[Table]:
    with a_table(fresh_database("directory"), tmp_path, chromium, keys) as made:
        yield made


@pytest.fixture(scope="module")
def table_of_the_file(
    fresh_databases: FreshDatabases, tmp_path_factory: pytest.TempPathFactory, chromium: Browser, keys: Keys
) -> Iterator[Table]:
    """For all tests of a file that only look at what is on it, or write to a place of their own."""
    folder = tmp_path_factory.mktemp("table")
    with fresh_databases.clone("directory") as urls, a_table(urls, folder, chromium, keys) as made:
        yield made


@pytest.fixture
def shared_table(table_of_the_file: Table) -> Iterator[Table]:
    """The same, with browsers for this test."""
    yield table_of_the_file
    table_of_the_file.close_contexts()


@contextmanager
def a_table(urls: Urls, folder: Path, chromium: Browser, keys: Keys) -> Iterator[Table]:
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    # the other two are not running here: whoever is sent to them lands on a page of the directory instead
    more = {"SETU_DIRECTORY_URL": base, "SETU_REFERRAL_URL": base, "SETU_NOTIFICATION_URL": base}
    settings = load(environment_of(keys, folder, urls) | more)
    directory = Directory(worker=Database(urls.worker), web=Database(urls.web, pool_size=10), settings=settings)
    with closing(directory):
        directory.add_districts()
        add_two_districts(directory)
        partnership = Partnership(directory, keys)
        server = make_server("127.0.0.1", port, partnership.app, threaded=True)
        server.daemon_threads = False  # closing it waits for what its pages asked last
        running = threading.Thread(target=server.serve_forever)
        running.start()
        made = Table(partnership, base, chromium)
        yield made
        made.close_contexts()
        server.shutdown()
        running.join()
        server.server_close()
