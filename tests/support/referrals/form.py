"""Fills the pages of the referral service over HTTP, as a browser without a script would."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from referral_service.domain.consent.consent_texts import CURRENT_VERSION
from referral_service.store.tables import identity, referral_sent, tally, task
from service_kit.identity import Principal
from service_kit.session_tokens import by_cookie
from support.referral import OFFICER, OST, TOKENS, ReferralService

SESSION_COOKIE = "setu_session_8000"
FORM_COOKIE = "setu_form_8000"
CARD_COOKIE = "setu_card_8000"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
PAGES_OF_FORM = ("place", "who", "consent", "person", "review", "throw-away", "anew")
AFTER_SENDING = ("done", "card.svg")
NO_FORM = "0" * 16


@dataclass
class FormFiller:
    """One browser; `who` is signed in. Every method answers with the page after the redirects.

    `form_id` is the form of the page shown last that was of one: `/new/who` stands for that page of this form. `named`
    is what the last consent page says of whom its text named, `basis` what the pages of each address said last of what
    they take for granted; both are sent along, as any hidden field.
    """

    setu: ReferralService
    who: Principal = OFFICER
    client: Client = field(init=False)
    form_id: str = field(default="", init=False)
    named: str = field(default="", init=False)
    basis: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.client = self.setu.app.test_client()
        self.sign_in(self.who)

    def sign_in(self, who: Principal) -> None:
        """Another session in the same browser."""
        self.who = who
        self.client.set_cookie(SESSION_COOKIE, TOKENS.mint(by_cookie(who)))

    def get(self, path: str) -> TestResponse:
        return self._shown(self.client.get(self.at(path), follow_redirects=True))

    def post(self, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        return self._shown(
            self.client.post(self.at(path), data=self.typed(path, data), headers=SAME_SITE, follow_redirects=True)
        )

    def typed(self, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """What is typed on this page, and what the page itself sends along."""
        basis = self.basis.get(self.at(path))
        return ({} if basis is None else {"basis": basis}) | (data or {})

    def at(self, path: str) -> str:
        """The address of this page: one of the form is of the form shown last."""
        begins, page = path.rsplit("/", 1)
        is_of_form = begins == "/new" and page in (*PAGES_OF_FORM, *AFTER_SENDING)
        return f"/new/{self.form_id or NO_FORM}/{page}" if is_of_form else path

    def _shown(self, page: TestResponse) -> TestResponse:
        self.form_id = form_id_on(page.text) or self.form_id
        self.named = named_on(page.text) or self.named
        self.basis.update(bases_on(page.text))
        return page

    def place(self, *needs: str, setting: str = "street", district: str = "315") -> TestResponse:
        """Step 1 of a new form, or of the one under way."""
        if not self.get("/new").request.path.endswith("/place"):  # else this page is shown already
            self.get("/new/place")
        return self.post("/new/place", {"setting": setting, "district": district, "needs": list(needs) or ["OST"]})

    def ask(self, service: UUID = OST) -> TestResponse:
        return self.post("/new/who", {"service": str(service)})

    def consent(self, answer: str = "yes", **more: str) -> TestResponse:
        said = {"language": "bn", "interpreted": "no", "channel": "in_person", "answer": answer, "another": "yes"}
        return self.post("/new/consent", {"version": CURRENT_VERSION, "named": self.named, **said, **more})

    def person(self, **more: Any) -> TestResponse:
        about = {"name": "Rafiq", "method": "phone", "number": "98300 12345", "language": "bn", "age_band": "25-34"}
        return self.post("/new/person", about | more)

    def send(self) -> TestResponse:
        return self.post("/new/review")

    @property
    def kept_form(self) -> str:
        """The form as the browser keeps it, sealed."""
        kept = self.client.get_cookie(FORM_COOKIE, path="/new")
        assert kept is not None
        return kept.value

    def lose_the_answer(self, form: str) -> None:
        """Leaves the browser as it was before the answer: with the form, and without the page after sending."""
        self.client.set_cookie(FORM_COOKIE, form, path="/new")
        self.client.delete_cookie(CARD_COOKIE, path="/new")

    def send_and_lose_the_answer(self) -> str:
        """Sends; returns the code of the card in the answer that was lost."""
        form = self.kept_form
        code = card_code_on(self.send().text)
        self.lose_the_answer(form)
        return code

    def instead(self, of_a_choice: str) -> TestResponse:
        """A button of step 2 that chooses nobody: "unmet", "for-a-child"."""
        return self.post("/new/who", {"instead": of_a_choice})

    def sealed_form(self) -> str:
        """The form as it lies in the browser."""
        cookie = self.client.get_cookie(FORM_COOKIE, path="/new")
        assert cookie is not None
        return cookie.value

    def begin_anew(self) -> TestResponse:
        """Throws away what is under way, and is asked once more before."""
        self.get("/new/anew")
        return self.post("/new/anew")

    def throw_away(self) -> TestResponse:
        """The same without another form after it."""
        self.get("/new/throw-away")
        return self.post("/new/throw-away")

    def leave_by(self, step: str, go: str, **typed: Any) -> TestResponse:
        """A button of the step's page that leads out of it."""
        return self.post(f"/new/{step}", {**typed, "go": go})

    def up_to_review(self, **about: Any) -> TestResponse:
        """Steps 1 to 4."""
        self.place()
        self.ask()
        self.consent()
        return self.person(**about)


def stored_by_sending(setu: ReferralService) -> int:
    """Rows of what is made by sending."""
    with setu.worker_db.transaction() as session:
        tables = (referral_sent, task, identity, tally)
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def form_id_on(html: str) -> str:
    """Which form a page leads on with; empty where it leads to none."""
    found = re.search(r'(?:href|action)="/new/([0-9a-f]{16})/', html)
    return found.group(1) if found else ""


def named_on(html: str) -> str:
    """Whom a consent page says its text named; empty where it says nothing."""
    found = re.search(r'name="named" value="([^"]*)"', html)
    return unescape(found.group(1)) if found else ""


def basis_on(html: str) -> str:
    """What a page of the form says of what it takes for granted; empty where it says nothing."""
    found = re.search(r'name="basis" value="([0-9a-f]*)"', html)
    return found.group(1) if found else ""


def bases_on(html: str) -> dict[str, str]:
    """The same of each address to which the page sends a form."""
    form = r'action="(/new/[0-9a-f]{16}/[a-z-]+)"(?:(?!</form>).)*?name="basis" value="([0-9a-f]*)"'
    return dict(re.findall(form, html, re.DOTALL))


def errors_on(page: TestResponse) -> dict[str, str]:
    """Field → what to do, from the summary on top of a page."""
    summary = re.search(r'class="error-summary".*?</div>', page.text, re.DOTALL)
    links = re.findall(r'<a href="#f-([a-z-]+)">(.*?)</a>', summary.group(0)) if summary else []
    return {name.replace("-", "_"): unescape(text) for name, text in links}


def card_code_on(html: str) -> str:
    """The code of the card on a page, in groups; empty where none is shown."""
    shown = html.partition('class="reference large" translate="no">')[2].partition("</p>")[0]
    return re.sub("<[^>]+>", "", shown).strip()


def heading(page: TestResponse) -> str:
    """The page's one heading, without its tags."""
    found = re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)
    return unescape(re.sub("<[^>]+>", "", found.group(1))).strip() if found else ""
