"""Owner mark of forms: a hidden field in each form of a page says whose page it is, so that nobody else sends it.

Why: the tabs of a browser share one session. What somebody typed in one, before signing out in another, would be sent
in the name of whoever signed in there since. Promises: the mark is a digest of account, membership and last reset,
opens nothing, and is no field that a view sees; a form without one (of a program, of a page from before an upgrade) is
taken, and so is one that anybody may send. When not to use it: to authenticate anybody. Forms that send to another
service carry none.
"""

import hmac
import re

from flask import request
from markupsafe import Markup
from werkzeug.datastructures import ImmutableMultiDict

from service_kit.identity import Principal
from service_kit.web.context import context

FIELD = "page_of"
_FORM = re.compile(r'(<form\b(?=[^>]*\bmethod="post")(?![^>]*\baction="https?:)[^>]*>.*?)(</form>)', re.DOTALL)


def owner_of(who: Principal) -> list[str]:
    """What stays the same for a person in a role from session to session, and ends with a reset of the account."""
    return [str(who.account), str(who.membership), who.since.isoformat() if who.since else ""]


def mark_forms(page: str, who: Principal) -> str:
    """The page with the mark of its reader in each form that is sent to this service."""
    field = Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, _mark(who))
    return _FORM.sub(lambda form: f"{form[1]}{field}{form[2]}", page)


def is_of_another(who: Principal | None) -> bool:
    """Whether the form that was sent stood on a page of somebody else; not where nobody is signed in."""
    mark = request.form.get(FIELD)
    return mark is not None and who is not None and not hmac.compare_digest(mark.encode(), _mark(who).encode())


def take_mark_off() -> None:
    """Leave the view with what was typed alone."""
    if FIELD in request.form:
        rest = [(name, value) for name, value in request.form.items(multi=True) if name != FIELD]
        request.form = ImmutableMultiDict(rest)


def _mark(who: Principal) -> str:
    return context().mac.digest("owner of a form", "|".join(owner_of(who)).encode())[:12].hex()
