"""The notification service's web process on a port of its own, with a browser in front of it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from service_kit.session_tokens import by_cookie
from support.fresh_databases import Urls
from support.notification import (
    Scene,
    a_principal,
    a_scene,
)


@dataclass
class Site:
    """`open(account)` is a page of a browser in which that person is signed in."""

    scene: Scene
    url: str
    browser: Browser

    def context(self, account: UUID | None, *, language: str = "en", **more: object) -> BrowserContext:
        options: dict[str, object] = {"viewport": {"width": 360, "height": 740}, "base_url": self.url, **more}
        context = self.browser.new_context(**options)  # type: ignore[arg-type]  # given by keyword, one type each
        context.add_cookies([{"name": "setu_lang", "value": language, "url": self.url}])
        if account is not None:
            self._sign_in(context, account)
        return context

    def sign_in(self, page: Page, account: UUID) -> None:
        """This person in the browser of the page, instead of whoever was."""
        self._sign_in(page.context, account)

    def _sign_in(self, context: BrowserContext, account: UUID) -> None:
        token = self.scene.tokens.mint(by_cookie(a_principal(account, self.scene.clock.now())))
        context.add_cookies([{"name": "setu_session_8000", "value": token, "url": self.url}])

    def open(self, account: UUID | None, path: str = "/", **more: object) -> Page:
        page = self.context(account, **more).new_page()  # type: ignore[arg-type]  # given by keyword, one type each
        page.goto(path)
        return page


@contextmanager
def a_site(browser: Browser, urls: Urls, environment: Mapping[str, str]) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, lambda environ, start: app(environ, start), threaded=True)  # noqa: PLW0108 (app comes later)
    url = f"http://127.0.0.1:{server.server_port}"
    scene = a_scene(urls, {**environment, "SETU_NOTIFICATION_URL": url, "SETU_PSEUDO_LANGUAGE": "1"})
    app = scene.client.application
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Site(scene, url, browser)
    finally:
        for context in browser.contexts:
            context.close()
        server.shutdown()
        thread.join()
        scene.web.dispose()
        scene.db.dispose()
