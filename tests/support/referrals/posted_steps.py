"""Steps of the form posted by the HTTP client of the browser itself, which draws none of their pages.

For tests that are about a later page: a walk through the form in the browser is six pages, each with its script and
styles. The client shares the browser's cookies, and with them the form.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIResponse, Page

from referral_service.domain.consent.consent_texts import CURRENT_VERSION
from support.referrals import running_service as world
from support.referrals.form import SAME_SITE, basis_on, card_code_on, form_id_on, named_on

AS_A_FORM = SAME_SITE | {"Content-Type": "application/x-www-form-urlencoded"}
SAID = {"language": "en", "interpreted": "no", "channel": "in_person", "answer": "yes", "another": "yes"}
ABOUT = {"method": "phone", "number": "98765 43210", "language": "bn", "age_band": "25-34"}


@dataclass(frozen=True)
class Sent:
    """What the page after sending says."""

    reference: str
    code: str


def post_one(page: Page, *needs: str, setting: str = "street", name: str = "Asha") -> Sent:
    """A referral, of which no page was drawn."""
    shown = _last_posted(page, "done", needs, setting, name).text()
    reference = re.search(r"R-[0-9A-Z]{4}-[0-9A-Z]{4}", re.sub(r"<[^>]+>|\s", "", shown))
    assert reference, "the page after sending tells it"
    return Sent(reference[0], "".join(card_code_on(shown).split()))


def open_step(page: Page, step: str, *needs: str, setting: str = "street", name: str = "Asha") -> None:
    """Opens this page of a new form, in place of what is under way; the steps before it are posted."""
    page.goto(post_up_to(page, step, *needs, setting=setting, name=name))


def post_up_to(page: Page, step: str, *needs: str, setting: str = "street", name: str = "Asha") -> str:
    """The address of this page of a new form, in place of what is under way; the steps before it are posted."""
    return _last_posted(page, step, needs, setting, name).url


def _last_posted(page: Page, step: str, needs: tuple[str, ...], setting: str, name: str) -> APIResponse:
    shown = page.request.get("/new")
    if shown.url.endswith("/new"):
        shown = _post(page, page.request.get(f"/new/{form_id_on(shown.text())}/anew"), {})
    typed: dict[str, dict[str, Any]] = {
        "place": {"setting": setting, "district": world.KOLKATA, "needs": needs or ("OST",)},
        "who": {"service": world.SAHAYA_SERVICE},
        "consent": {"version": CURRENT_VERSION, **SAID},
        "person": {"name": name, **ABOUT},
        "review": {},
    }
    for before, after in zip(typed, [*typed, "done"][1:], strict=True):
        if before == step:
            break
        shown = _post(page, shown, typed[before])
        assert shown.url.endswith(f"/{after}"), (before, shown.status, shown.url)
    return shown


def _post(page: Page, shown: APIResponse, typed: dict[str, Any]) -> APIResponse:
    """What is typed on the page that was shown, with what it sends along, and the page after it."""
    text = shown.text()
    along = {"basis": basis_on(text), "named": named_on(text)}
    body = urlencode({name: value for name, value in along.items() if value} | typed, doseq=True)
    return page.request.post(shown.url, data=body, headers=AS_A_FORM)
