"""What the reader is told of the own addresses: that messages come back from one, on the next pages of every service.

It is about nothing but the reader's own account, and names no address: the account's page has it, and takes another.
"""

from collections.abc import Mapping

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.store.own_addresses import find_returned
from service_kit.identity import Principal
from service_kit.translations import N_
from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.menu_counts import count_response

WORDS: Mapping[Channel, str] = {
    Channel.MAIL: N_("Mail to your address comes back, so no more is sent there."),
    Channel.SMS: N_("SMS to your number come back, so no more are sent there."),
}
blueprint = Blueprint("own_address_pages", __name__, url_prefix="/own-addresses", template_folder="templates")


@blueprint.get("/returned")
@require()
@own_origins
def count_returned() -> Response:
    """How many of the reader's addresses fail, for the line on the home pages of all three services."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_response(len(find_returned(session, who.account)))


def returned_words(session: Session, who: Principal) -> list[str]:
    """Return what a page says on top, in English and marked; nothing where every address works."""
    return [WORDS[channel] for channel in find_returned(session, who.account)]
