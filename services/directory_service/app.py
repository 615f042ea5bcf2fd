"""The directory's whole web process on one screen."""

from flask import Flask

from directory_service import settings as configuration
from directory_service.accounts.api import key_limits, session, token
from directory_service.accounts.pages import (
    account,
    api_keys,
    enrol_second_factor,
    first_sign_in,
    grants,
    invitations,
    invite,
    members,
    resets,
    second_factor,
    sign_in,
    slip,
    switch,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.pages import (
    approvals,
    edit_service,
    our_locations,
    our_organization,
    our_services,
    upload,
)
from directory_service.finding.api.search_limit import SearchLimit
from directory_service.finding.pages import find_help, service, sitemap
from directory_service.finding.store.search.folder import NoIndex
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.hsds.api import (
    change_requests,
    changes,
    districts,
    export,
    locations,
    organizations,
    organizations_writing,
    profile,
    root,
    service_at_locations,
    services,
    services_writing,
    taxonomies,
)
from directory_service.hsds.api.response_cache import ResponseCache
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.log_words import LOG_ACTION, LOG_OBJECT
from directory_service.organizations.store.stand_in import stands_in_for
from directory_service.organizations.store.state_bodies import districts_overseen
from directory_service.partnership.api import agreements as agreements_api
from directory_service.partnership.api import meetings as meetings_api
from directory_service.partnership.api import state as state_api
from directory_service.partnership.api import study_cards as study_cards_api
from directory_service.partnership.api import training as training_api
from directory_service.partnership.api import visits as visits_api
from directory_service.partnership.pages import (
    agenda,
    agreement,
    blueprints,
    board,
    board_item,
    breaches,
    brief,
    calendar_feed,
    focal_points,
    handovers,
    meeting,
    meeting_calendar,
    meetings,
    minutes,
    partners,
    state,
    study_cards,
    training,
    training_count,
    training_session,
    training_upload,
    visits,
    whom_to_ring,
)
from directory_service.partnership.use_cases.board.limit_unnamed_posts import UnnamedPostLimit
from directory_service.partnership.use_cases.board.seal_unnamed_post import NoBoardKey
from directory_service.registry.pages import (
    move,
    strength,
    tree,
    unit,
    upload_people,
    upload_strength,
    upload_units,
    write_unit,
)
from directory_service.settings import Settings
from service_kit import logs
from service_kit.clock import Clock, SystemClock
from service_kit.context import ServiceContext
from service_kit.cursor import BadCursor
from service_kit.db.audit_reading import KINDS
from service_kit.db.engine import Database
from service_kit.ids import Ids, SystemIds
from service_kit.web.app import build_app
from service_kit.web.audit_pages import AuditLogPages, audit_pages
from service_kit.web.html.menu_counts import MenuCounts
from service_kit.web.parked_pages import ParkedPages, parked_pages
from setu.log_words import LOGS
from setu.roles import COORDINATOR, DATA_OFFICER
from setu.site import SITE

API = (
    root.blueprint,
    profile.blueprint,
    services.blueprint,
    services_writing.blueprint,
    change_requests.blueprint,
    service_at_locations.blueprint,
    taxonomies.blueprint,
    organizations.blueprint,
    organizations_writing.blueprint,
    locations.blueprint,
    changes.blueprint,
    districts.blueprint,
    export.blueprint,
    session.blueprint,
    token.blueprint,
    meetings_api.blueprint,
    agreements_api.blueprint,
    training_api.blueprint,
    study_cards_api.blueprint,
    visits_api.blueprint,
    state_api.blueprint,
)
CACHE_BYTES = 16_000_000  # of answers to everybody, in each web process: some hundred pages
PAGES = (
    find_help.blueprint,
    service.blueprint,
    sitemap.blueprint,
    sign_in.blueprint,
    second_factor.blueprint,
    first_sign_in.blueprint,
    account.blueprint,
    enrol_second_factor.blueprint,
    switch.blueprint,
    our_services.blueprint,
    edit_service.blueprint,
    our_locations.blueprint,
    our_organization.blueprint,
    approvals.blueprint,
    members.blueprint,
    slip.blueprint,
    invite.blueprint,
    invitations.blueprint,
    upload.blueprint,
    api_keys.blueprint,
    resets.blueprint,
    grants.blueprint,
    audit_pages(AuditLogPages(DATA_OFFICER, LOGS, LOG_ACTION, LOG_OBJECT, tuple(KINDS))),
    parked_pages(ParkedPages(DATA_OFFICER, LOGS)),
    blueprints.shared,
    meetings.blueprint,
    meeting.blueprint,
    agenda.blueprint,
    minutes.blueprint,
    meeting_calendar.blueprint,
    calendar_feed.blueprint,
    partners.blueprint,
    agreement.blueprint,
    focal_points.blueprint,
    handovers.blueprint,
    whom_to_ring.blueprint,
    training.blueprint,
    training_session.blueprint,
    training_count.blueprint,
    training_upload.blueprint,
    study_cards.blueprint,
    visits.blueprint,
    board.blueprint,
    board_item.blueprint,
    breaches.blueprint,
    state.blueprint,
    brief.blueprint,
    tree.blueprint,
    unit.blueprint,
    write_unit.blueprint,
    move.blueprint,
    upload_units.blueprint,
    upload_people.blueprint,
    strength.blueprint,
    upload_strength.blueprint,
)
COUNTS = MenuCounts(
    {
        "/listings": our_services.count_waiting,
        "/approvals": approvals.count_waiting,
        "/meetings": meetings.count_waiting,
        "/training": training.count_waiting,
        "/board": board.count_waiting,
        "/reports": breaches.count_waiting,
        "/registry": tree.count_waiting,
        "/resets": resets.count_waiting,
        "/grants": grants.count_waiting,
    }
)

OPEN_WHILE_PENDING = (
    services_writing.blueprint,
    change_requests.blueprint,
    organizations_writing.blueprint,
    locations.blueprint,
    session.blueprint,
    account.blueprint,
    enrol_second_factor.blueprint,
    switch.blueprint,
    our_services.blueprint,
    edit_service.blueprint,
    our_locations.blueprint,
    our_organization.blueprint,
    upload.blueprint,
    members.blueprint,
    slip.blueprint,
    invite.blueprint,
    invitations.blueprint,
    upload_people.blueprint,
)
"""What the manager of a pending provider may do: fill in what is looked at then, and look after people."""

PROBLEMS: dict[type[Exception], tuple[int, str]] = {
    NoIndex: (503, "unavailable"),
    NoBoardKey: (503, "unavailable"),
    BadCursor: (400, "bad-query"),
}

#: What the API is, in the OpenAPI document.
ABOUT = (
    "Who helps people who use drugs, where and when, in the shape of HSDS 3.2.3 with the profile `harm-reduction-in`"
    " (`/api/profile`). Reading needs no key. Lists are paged by `Link`, answers carry an `ETag`, and `/api/changes`"
    " keeps a copy in step; `POST` on a list is the same search with the parameters in the body. A provider's program"
    " writes its own services with an API key. Within a version answers and parameters only gain, so leave aside what"
    " you do not know."
)


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, ids: Ids | None = None, db: Database | None = None
) -> Flask:
    """The WSGI application; settings from the environment unless given. No connection before the first request."""
    settings = settings or configuration.load_web()
    logs.configure(settings.service, "web", settings.log_level)
    clock, ids, db = clock or SystemClock(), ids or SystemIds(), db or Database(settings.database_url)
    tokens = key_limits.DirectoryTokens(settings, db)
    dependencies = Dependencies.from_settings(settings, ids, tokens)
    context = ServiceContext(
        settings=settings,
        db=db,
        clock=clock,
        ids=ids,
        mac=dependencies.mac,
        keyring=dependencies.keyring,
    )
    app = build_app(
        __name__,
        context=context,
        site=SITE,
        api=API,
        pages=PAGES,
        problems=PROBLEMS,
        tokens=tokens,
        title="Setu directory",
        about=ABOUT,
        middleware=lambda wsgi_app: ResponseCache(wsgi_app, CACHE_BYTES),
        dependencies=(
            dependencies,
            SearchIndex(settings.index_dir, clock),
            UnnamedPostLimit(),
            PackageFolder(settings.export_dir),
            Publication(settings.publisher, settings.licence, settings.attribution),
        ),
        more_districts={COORDINATOR: stands_in_for, DATA_OFFICER: districts_overseen},
        counts=COUNTS,
        open_while_pending=OPEN_WHILE_PENDING,
    )
    key_limits.install(app)
    SearchLimit(settings.searches_a_minute).install(app)
    return app
