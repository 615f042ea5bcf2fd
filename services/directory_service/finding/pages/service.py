"""One service on a page of its own: to read, to print and hand over, to pass on. No signing in.

What a search engine is told (`domain.schema_org`) stands in the page as a data block: search engines read nothing else,
and a block that is no script is not run, so the content security policy has nothing to forbid (HTML, "prepare the
script element": the type is looked at first).
"""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from directory_service.finding.pages.directions import (
    message,
    ways,
)
from directory_service.finding.pages.public_links import (
    carry_language,
    links_of,
    public_url,
)
from directory_service.listings.domain.schema_org import service_markup
from directory_service.listings.pages.listing_words import (
    languages_words,
    listing,
    rows_of_hours,
    statements,
)
from directory_service.listings.store.public_services import find_service
from service_kit.errors import NotFound
from service_kit.web.access.require import public
from service_kit.web.context import context
from service_kit.web.html.render import render
from service_kit.web.problems import Problem
from setu.opening_hours import next_openings, others

blueprint = Blueprint("service", __name__, template_folder="templates")
carry_language(blueprint)


@blueprint.get("/services/<uuid:service_id>")
@public
def show(service_id: UUID) -> ResponseReturnValue:
    """Everything that is public about it; 410 where it was taken out of the directory."""
    now = context().clock.now()
    with context().db.transaction() as session:
        found = find_service(session, service_id)
    if found is None:
        raise NotFound
    if found.gone:
        raise Problem(410, "gone", "This entry was taken out of the directory.")
    shown = listing(found, now)
    places, links = ways(found.document, found.snapshot.get("address")), links_of(f"/services/{service_id}")
    return render(
        "finding/service.html",
        conditional=True,
        service=shown,
        is_running=found.snapshot.get("status") == "active",
        statements=list(statements(shown.services)),
        spoken=languages_words(shown.services.languages),
        week=rows_of_hours(shown.openings),
        next_days=next_openings(others(shown.services.schedules), now),
        places=places,
        links=links,
        message=message(shown.phone, places[0] if places else None, links["canonical"]),
        markup=service_markup(shown.services, found.document, public_url(f"/services/{service_id}"), shown.phone),
    )
