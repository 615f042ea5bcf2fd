"""Browsers for people at the referral service: phones and desks, each with a fresh, empty profile."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from service_kit.identity import Principal
from support.referrals import running_service as world

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@dataclass
class Desk:
    """Opens browsers for people; every one is a fresh, empty profile."""

    live: world.LiveReferral
    chromium: Browser
    open_contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, who: Principal | None, language: str = "en", **more: Any) -> Page:
        """A page of somebody signed in (or nobody), on a phone unless told otherwise."""
        context = self.chromium.new_context(
            **{"viewport": PHONE, "base_url": self.live.base, "reduced_motion": "reduce", **more}
        )
        self.open_contexts.append(context)
        context.add_cookies([{"name": "setu_lang", "value": language, "url": self.live.base}])
        page = context.new_page()
        if who is not None:
            self.sign_in(page, who)
        return page

    def sign_in(self, page: Page, who: Principal) -> None:
        """This person in the browser of the page, instead of whoever was."""
        cookie: Any = {"name": self.live.cookie, "value": self.live.cookie_token(who), "url": self.live.base}
        page.context.add_cookies([cookie])

    def officer(self, language: str = "en", **more: Any) -> Page:
        """An officer of the station who has never been here before."""
        return self.page(world.a_person("officer", world.STATION, "police_unit"), language, **more)

    def case_worker(self, language: str = "en", **more: Any) -> Page:
        """A case worker of Sahaya Trust."""
        return self.page(world.a_person("case_worker", world.SAHAYA, "provider"), language, **more)
