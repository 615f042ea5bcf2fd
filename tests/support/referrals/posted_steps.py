"""Steps of the form posted by the HTTP client of the browser itself, which draws none of their pages.

For tests that are about a later page: a walk through the form in the browser is six pages, each with its script and
styles. The client shares the browser's cookies, and with them the form.
"""

from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIResponse, Page

from referral_service.domain.consent_texts import CURRENT_VERSION
from support.referrals import running_service as world
from support.referrals.form import SAME_SITE, basis_on, form_id_on, named_on

AS_A_FORM = SAME_SITE | {"Content-Type": "application/x-www-form-urlencoded"}
SAID = {"language": "en", "interpreted": "no", "channel": "in_person", "answer": "yes", "another": "yes"}
ABOUT = {"method": "phone", "number": "98765 43210", "language": "bn", "age_band": "25-34"}


def open_step(page: Page, step: str, *needs: str, setting: str = "street", name: str = "Asha") -> None:
    """Opens this page of a new form, in place of what is under way; the steps before it are posted."""
    page.goto(post_up_to(page, step, *needs, setting=setting, name=name))


def post_up_to(page: Page, step: str, *needs: str, setting: str = "street", name: str = "Asha") -> str:
    """The address of this page of a new form, in place of what is under way; the steps before it are posted."""
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
        if shown.url.endswith(f"/{step}"):
            break
        shown = _post(page, shown, typed[before])
        assert shown.url.endswith(f"/{after}"), (before, shown.status, shown.url)
    return shown.url


def _post(page: Page, shown: APIResponse, typed: dict[str, Any]) -> APIResponse:
    """What is typed on the page that was shown, with what it sends along, and the page after it."""
    text = shown.text()
    along = {"basis": basis_on(text), "named": named_on(text)}
    body = urlencode({name: value for name, value in along.items() if value} | typed, doseq=True)
    return page.request.post(shown.url, data=body, headers=AS_A_FORM)
