"""Districts that a manager may give a member: the own ones, where the organisation is a body that works in several."""

from flask import request

from directory_service.accounts.store import accounts
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.html.i18n import language
from setu.roles import COORDINATING_BODY


def offered_districts() -> dict[str, str]:
    """The own districts by code: nobody gives away a reach that is not the own."""
    who = principal()
    if who.organization_kind != COORDINATING_BODY or len(who.districts) < 2:
        return {}
    with context().db.transaction(who.scope) as session:
        return accounts.district_names(session, who.districts, language())


def chosen_districts() -> list[str]:
    """The codes that the form sends."""
    return request.form.getlist("districts")
