"""Link targets of notices by the reader's role: one table for the list, the mails, the API and the tests.

A link is an opaque id on another service's page, and says nothing of what it is about. Promises: a role that is not in
the table is led to where roles are changed, so no notice ends at a page that its reader may not open. What a meeting's
notice says of a date that is off stands in the list of notices alone: a guest who has left the table sees no meeting of
that district, and another one who has left sees the date that it has now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from notification_service.domain.notices import Place
from setu import roles


class Site(StrEnum):
    """The service that has the page."""

    REFERRAL = "referral"
    DIRECTORY = "directory"
    NOTIFICATION = "notification"


EVERY_ROLE = ""
ACCOUNT = (Site.DIRECTORY, "account")
NOTICES = (Site.NOTIFICATION, "")
DESTINATIONS: Mapping[Place, Mapping[str, tuple[Site, str]]] = {
    Place.INBOX: {
        roles.CASE_WORKER: (Site.REFERRAL, "inbox/{id}"),
        roles.PROVIDER_MANAGER: (Site.REFERRAL, "overdue/{id}"),
        roles.COORDINATOR: (Site.REFERRAL, "unanswered/{id}"),
    },
    Place.SENT: {
        roles.OFFICER: (Site.REFERRAL, "sent/{id}"),
        roles.CUSTODY_HEALTH: (Site.REFERRAL, "sent/{id}"),
    },
    Place.LISTINGS: {roles.PROVIDER_MANAGER: (Site.DIRECTORY, "listings")},
    Place.APPROVALS: dict.fromkeys(sorted(roles.TWO_PEOPLE), (Site.DIRECTORY, "approvals")),
    Place.REGISTRY: {roles.COORDINATOR: (Site.DIRECTORY, "registry")},
    Place.STAFF: {
        roles.PROVIDER_MANAGER: (Site.DIRECTORY, "members"),
        roles.COORDINATOR: (Site.REFERRAL, "nobody-home"),
    },
    Place.DESK: {roles.DATA_OFFICER: (Site.REFERRAL, "desk")},
    Place.VOICES: {roles.DATA_OFFICER: (Site.REFERRAL, "voices")},
    Place.CARD_ORDERS: {roles.COORDINATOR: (Site.REFERRAL, "card-orders")},
    Place.MEETINGS: {**dict.fromkeys(roles.PARTNERS, (Site.DIRECTORY, "meetings")), EVERY_ROLE: NOTICES},
    Place.PARTNERS: dict.fromkeys(roles.PARTNERS, (Site.DIRECTORY, "partnerships")),
    Place.TRAINING: dict.fromkeys(roles.PARTNERS, (Site.DIRECTORY, "training")),
    Place.BOARD: {EVERY_ROLE: (Site.DIRECTORY, "board")},
    Place.REPORTS: {roles.COORDINATOR: (Site.DIRECTORY, "reports")},
    Place.HANDOVERS: {EVERY_ROLE: (Site.DIRECTORY, "handovers/{matter}")},
    Place.VISITS: dict.fromkeys(roles.PARTNERS, (Site.DIRECTORY, "visits")),
    Place.WEBHOOKS: {
        roles.PROVIDER_MANAGER: (Site.NOTIFICATION, "webhooks"),
        roles.COORDINATOR: (Site.NOTIFICATION, "webhooks"),
    },
    Place.ACCOUNT: {EVERY_ROLE: ACCOUNT},
}
ELSEWHERE = (Site.DIRECTORY, "switch")


def destination(place: Place, role: str) -> tuple[Site, str]:
    """Return the service and the path that somebody in this role is led to.

    In it `{id}` stands for a referral's id, and a last `/{matter}` for that of what the notice is about.
    """
    by_role = DESTINATIONS[place]
    return by_role.get(role) or by_role.get(EVERY_ROLE) or ELSEWHERE


@dataclass(frozen=True, slots=True)
class Links:
    """The public bases of the services that a notice may point to, without trailing slashes."""

    referral_url: str
    directory_url: str
    notification_url: str

    def to(
        self, place: str, referral_id: UUID | None, role: str, *, is_off: bool = False, matter: UUID | None = None
    ) -> str:
        """Return the address that somebody in this role opens; signing in there decides what is shown.

        `is_off`: whether the notice tells that a meeting is off (`is_meeting_off`). `matter`: what it is about; one of
        an older release has none, and leads to the list.
        """
        site, path = NOTICES if is_off else destination(Place(place), role)
        if referral_id is None and "{id}" in path:
            site, path = ACCOUNT
        if matter is None:
            path = path.removesuffix("/{matter}")
        return f"{self._base(site)}/{path.format(id=referral_id, matter=matter)}"

    def _base(self, site: Site) -> str:
        if site is Site.REFERRAL:
            return self.referral_url
        return self.directory_url if site is Site.DIRECTORY else self.notification_url
