import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from conftest import Keys, environment_of
from directory_service.app import create_app
from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.importing.use_cases.load_sample import load_sample
from directory_service.settings import load
from local_stack.test_servers import free_ports
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases
from support.listings import NOON


@pytest.fixture(scope="module")
def address(fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The directory with its sample on a free port, at noon of a Tuesday in India; for tests that only read."""
    base = f"http://127.0.0.1:{free_ports(1)[0]}"
    with fresh_databases.clone("directory") as urls:
        environment = environment_of(keys, tmp_path_factory.mktemp("sample"), urls)
        settings = load({**environment, "SETU_DIRECTORY_URL": base})
        worker, clock = Database(urls.worker), FrozenClock(NOON)
        load_sample(worker, NOON)
        with closing(Indexer(worker, settings.index_dir, clock=clock)) as indexer:
            indexer.catch_up()
        worker.dispose()
        app = create_app(settings, clock=clock)
        server = make_server("127.0.0.1", urlsplit(base).port or 0, app, threaded=True)
        running = threading.Thread(target=server.serve_forever)
        running.start()
        yield base
        server.shutdown()
        running.join()
        app.extensions["setu"].db.dispose()


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A cheap phone with JavaScript switched off."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, base_url=address)
    yield context
    context.close()


@pytest.fixture
def desktop(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
    yield context
    context.close()
