"""Menu: the links in the header of all three services, and the pages that every page leads to; a table, no code.

Each service renders the whole menu, because a person works in all three and does not know where one ends. Texts are
English and marked; the kit translates them and turns service and path into an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setu.roles import (
    CASE_WORKERS,
    COORDINATOR,
    CUSTODY_HEALTH,
    DATA_OFFICER,
    INTEGRATION_MANAGERS,
    MANAGERS,
    PARTNERSHIP_READERS,
    PEOPLE,
    PROVIDER_MANAGER,
    REFERRERS,
    STATE_READERS,
    STUDY_READERS,
    SUPERVISING,
    TITLES,
    TWO_PEOPLE,
    UNIT_SUPERVISOR,
)
from setu.text import N_


@dataclass(frozen=True)
class Item:
    """A link: its text, the service that has it, the path there, the roles that see it (None: everybody).

    `counted` is what the number beside the text counts; that service tells it (empty: there is none).
    `open_while_pending`: whether somebody whose provider is pending sees it.
    """

    text: str
    service: str
    path: str
    roles: tuple[str, ...] | None
    counted: str = ""
    open_while_pending: bool = False


_EVERYBODY_SIGNED_IN = tuple(TITLES)
_COORDINATORS = (COORDINATOR,)
_PROVIDER = (PROVIDER_MANAGER,)
_PRISON_HEALTH = (CUSTODY_HEALTH,)
_SUPERVISORS = (UNIT_SUPERVISOR,)
_DATA_OFFICERS = (DATA_OFFICER,)
_VOICE_READERS = (COORDINATOR, DATA_OFFICER)

MENU = (
    Item(N_("New referral"), "referral", "/new", REFERRERS),
    Item(N_("Sent"), "referral", "/sent", REFERRERS),
    Item(N_("Leaving soon"), "referral", "/leaving", _PRISON_HEALTH, N_("leaving in 14 days")),
    Item(N_("Inbox"), "referral", "/inbox", CASE_WORKERS, N_("waiting for an answer")),
    Item(N_("Under 18"), "referral", "/children", CASE_WORKERS, N_("waiting for an answer")),
    Item(N_("With a card"), "referral", "/with-card", CASE_WORKERS),
    Item(N_("Leaving soon"), "referral", "/inbox/leaving", CASE_WORKERS, N_("no appointment")),
    Item(N_("Appointments"), "referral", "/appointments", CASE_WORKERS),
    Item(N_("Today"), "referral", "/today", _COORDINATORS, N_("waiting for you")),
    Item(N_("Overdue"), "referral", "/overdue", _PROVIDER, N_("overdue")),
    Item(N_("Team"), "referral", "/team", (*CASE_WORKERS, PROVIDER_MANAGER)),
    Item(N_("Requests"), "referral", "/desk", _DATA_OFFICERS, N_("waiting for you")),
    Item(N_("Log"), "referral", "/log", _DATA_OFFICERS),
    Item(N_("What people say"), "referral", "/voices", _VOICE_READERS),
    Item(N_("Figures"), "referral", "/figures", _EVERYBODY_SIGNED_IN),
    Item(N_("Cards"), "referral", "/cards", _SUPERVISORS),
    Item(N_("Card orders"), "referral", "/card-orders", _COORDINATORS, N_("waiting for you")),
    Item(N_("Our services"), "directory", "/listings", _PROVIDER, N_("to be confirmed"), open_while_pending=True),
    Item(N_("Approvals"), "directory", "/approvals", TWO_PEOPLE, N_("waiting for you")),
    Item(N_("Meetings"), "directory", "/meetings", PARTNERSHIP_READERS, N_("waiting for you")),
    Item(N_("Partners"), "directory", "/partnerships", PARTNERSHIP_READERS),
    Item(N_("Training"), "directory", "/training", PARTNERSHIP_READERS, N_("waiting for you")),
    Item(N_("Board"), "directory", "/board", PEOPLE, N_("waiting for you")),
    Item(N_("Breaches"), "directory", "/reports", _COORDINATORS, N_("waiting for you")),
    Item(N_("Districts"), "directory", "/state", STATE_READERS),
    Item(N_("Yearly brief"), "directory", "/brief", SUPERVISING),
    Item(N_("Registry"), "directory", "/registry", _COORDINATORS, N_("waiting for you")),
    Item(N_("Study cards"), "directory", "/study", STUDY_READERS),
    Item(N_("Notices"), "notification", "/", _EVERYBODY_SIGNED_IN, N_("unread"), open_while_pending=True),
    Item(N_("Deliveries"), "notification", "/deliveries", INTEGRATION_MANAGERS),
    Item(N_("Webhooks"), "notification", "/webhooks", INTEGRATION_MANAGERS),
    Item(N_("Sending"), "notification", "/sending", _DATA_OFFICERS),
    Item(N_("Stuck events"), "notification", "/parked", _DATA_OFFICERS, N_("stuck")),
    Item(N_("Members"), "directory", "/members", MANAGERS, open_while_pending=True),
    Item(N_("Resets"), "directory", "/resets", TWO_PEOPLE, N_("waiting for you")),
    Item(N_("Roles by two"), "directory", "/grants", TWO_PEOPLE, N_("waiting for you")),
    Item(N_("Find help"), "directory", "/", None, open_while_pending=True),
)

FRAME: Mapping[str, tuple[str, str]] = {
    "home": ("referral", "/"),
    "public home": ("directory", "/"),
    "sign in": ("directory", "/sign-in"),
    "second factor": ("directory", "/second-factor"),
    "signed in": ("directory", "/signed-in"),
    "sign out": ("directory", "/sign-out"),
    "leave": ("directory", "/leave"),
    "change role": ("directory", "/switch"),
    "account": ("directory", "/account"),
    "read about": ("notification", "/read-about/"),
    "invitations": ("directory", "/invitations"),
    "count invitations": ("directory", "/invitations/waiting"),
    "count returned": ("notification", "/own-addresses/returned"),
    "study cards": ("directory", "/study"),
    "privacy": ("referral", "/privacy"),
}
"""The pages that the frame of every page leads to: what they are for → service and path."""

SEALED_COOKIES: Mapping[str, tuple[str, str]] = {
    "form": ("referral", "/new"),
    "card": ("referral", "/new"),
    "slip": ("directory", "/slip"),
    "searches": ("directory", "/results"),
    "code": ("referral", "/withdraw"),
    "look": ("referral", "/inbox"),
}
"""What pages keep sealed in the browser for a while: name of the cookie → service and path below which it is sent."""
