"""One service on a page of its own: to read, to print, to pass on. No signing in."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from directory_service.pages.listing_words import languages_words, listing, next_days, statements, week_rows
from directory_service.store.shown_services import find_service
from service_kit.web.auth import public
from service_kit.web.context import context
from service_kit.web.pages import render
from service_kit.web.problems import Problem, not_found

blueprint = Blueprint("service", __name__, template_folder="templates")


@blueprint.get("/services/<uuid:service_id>")
@public
def show(service_id: UUID) -> ResponseReturnValue:
    """Everything that is public about it; 410 where it was taken out of the directory."""
    now = context().clock.now()
    with context().db.transaction() as session:
        found = find_service(session, service_id)
    if found is None:
        raise not_found()
    if found.gone:
        raise Problem(410, "gone", "This entry was taken out of the directory.")
    shown = listing(found, now)
    openings = shown.services.schedules
    return render(
        "listings/service.html",
        conditional=True,
        service=shown,
        statements=list(statements(shown.services)),
        spoken=languages_words(shown.services.languages),
        week=week_rows(openings),
        next_days=next_days(openings, now),
        public_page=True,
    )
