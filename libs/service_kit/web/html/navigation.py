"""The links in the header: one table over the three services, by role. Each service renders all of it from settings."""

from dataclasses import dataclass

from flask import request

from service_kit.identity import Principal
from service_kit.translations import N_
from service_kit.web.context import context

REFERRERS = frozenset({"officer", "custody_health"})
CASE_WORKERS = frozenset({"case_worker"})
PROVIDER = frozenset({"provider_manager"})
SUPERVISORS = frozenset({"unit_supervisor", "provider_manager", "coordinator"})
RESETTERS = frozenset({"coordinator", "data_officer"})
APPROVERS = frozenset({"coordinator"})
WATCHERS = frozenset({"provider_manager", "coordinator"})
EVERYBODY_SIGNED_IN = REFERRERS | CASE_WORKERS | SUPERVISORS | frozenset({"data_officer", "integrator"})

ROLE_NAMES = {
    "officer": N_("Officer"),
    "custody_health": N_("Prison health or welfare"),
    "unit_supervisor": N_("Unit supervisor"),
    "case_worker": N_("Case worker"),
    "provider_manager": N_("Provider manager"),
    "coordinator": N_("Coordinator"),
    "data_officer": N_("Data officer"),
    "integrator": N_("Integrator"),
}


@dataclass(frozen=True)
class Item:
    """A link: its text, the service that has it, the path there, the roles that see it (None: everybody).

    `count` is the path of a number beside the text, in the same service (`menu_counts`), `counted` what it counts.
    """

    text: str
    service: str
    path: str
    roles: frozenset[str] | None
    count: str = ""
    counted: str = ""


ITEMS = (
    Item(N_("New referral"), "referral", "/new", REFERRERS),
    Item(N_("Sent"), "referral", "/sent", REFERRERS),
    Item(N_("Inbox"), "referral", "/inbox", CASE_WORKERS, "/inbox/waiting", N_("waiting for an answer")),
    Item(N_("With a card"), "referral", "/with-card", CASE_WORKERS),
    Item(N_("Unanswered"), "referral", "/unanswered", APPROVERS, "/unanswered/waiting", N_("waiting for you")),
    Item(N_("Overdue"), "referral", "/overdue", PROVIDER, "/overdue/waiting", N_("overdue")),
    Item(N_("Our services"), "directory", "/listings", PROVIDER),
    Item(N_("Approvals"), "directory", "/approvals", APPROVERS),
    Item(N_("Notices"), "notification", "/", EVERYBODY_SIGNED_IN, "/unread", N_("unread")),
    Item(N_("Deliveries"), "notification", "/deliveries", WATCHERS),
    Item(N_("Members"), "directory", "/members", SUPERVISORS),
    Item(N_("Resets"), "directory", "/resets", RESETTERS),
    Item(N_("Find help"), "directory", "/", None),
)


@dataclass(frozen=True)
class Link:
    """What the header shows: texts are still to be translated; `count_url` is empty where nothing is counted."""

    text: str
    url: str
    current: bool
    count_url: str
    counted: str


def links(who: Principal | None) -> list[Link]:
    """The links that this reader sees, in order, the one to the present page marked."""
    shown = [item for item in ITEMS if item.roles is None or (who is not None and who.role in item.roles)]
    return [_link(item) for item in shown]


def url_of(service: str, path: str) -> str:
    """Address of a page of one of the three services: `url_of("directory", "/sign-out")`."""
    return f"{getattr(context().settings, f'{service}_url')}{path}"


def _link(item: Item) -> Link:
    count_url = url_of(item.service, item.count) if item.count else ""
    here = _is_here(item, context().settings.service)
    return Link(item.text, url_of(item.service, item.path), here, count_url, item.counted)


def _is_here(item: Item, service: str) -> bool:
    return item.service == service and request.path == item.path
