"""What the page of approvals shows of pending organisations: all that they say, whom to ask for, who approves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory_service.editing.domain.organization_approval import (
    ENTERED,
    NO_MANAGER,
    NOT_SIGNED_IN,
    ONE_HAND,
    OWN_SLIP,
    WORKS_THERE,
    WRONG_CODE,
)
from directory_service.editing.pages.change_words import ChangeWords, ReferenceNames, change_words
from directory_service.editing.store.waiting_people import WaitingPeople
from directory_service.editing.use_cases.approve_organization import WaitingOrganization
from directory_service.editing.use_cases.find_decided import NotPending
from directory_service.listings.domain.history import Difference, differences
from directory_service.organizations.domain.standing import REFUSED as STANDS_REFUSED
from directory_service.organizations.store.tables import Organization
from service_kit.web.html.i18n import gettext as _
from setu.text import N_

REFUSED: Mapping[str, str] = {
    ENTERED: N_("You entered it. Another coordinator or a data officer lets it in."),
    WORKS_THERE: N_("You are one of its people. Another coordinator or a data officer lets it in."),
    OWN_SLIP: N_(
        "Whoever entered it, or one of its people, came in with a slip that leads back to you; after a reset that holds"
        " for 30 days. Another coordinator or a data officer lets it in; where there is none, the operator makes one."
    ),
    ONE_HAND: N_(
        "Your own slip leads back to somebody who entered it, or who let in whoever entered it or one of its people."
        " Another coordinator or a data officer lets it in."
    ),
    NO_MANAGER: N_(
        "It has no manager yet. A coordinator adds one with “People from a file”."
        " Once the manager has signed in, it can be let in."
    ),
    NOT_SIGNED_IN: N_("Its manager has not signed in yet. It can be let in after that."),
    WRONG_CODE: N_(
        "This is not the manager's code. Ask for it again, on a number that you know. Whoever sees none is not the"
        " manager who is named here: leave it as it is, and tell a coordinator of its district, who can refuse it."
    ),
}
Parts = Sequence[tuple[str, Sequence[Difference]]]


@dataclass(frozen=True)
class ShownOrganization:
    """One of the list; `refused` is a sentence, '' where this person may approve it."""

    row: Organization
    tag: str
    parts: Sequence[tuple[str, Sequence[ChangeWords]]]
    people: WaitingPeople
    refused: str


def gone_words(gone: NotPending) -> str:
    """What became of it after the page was opened."""
    if gone.status == STANDS_REFUSED:
        return _("“%(name)s” was refused meanwhile. It does not wait any more.", name=gone.name)
    return _("“%(name)s” has been let in meanwhile. There is nothing more to do.", name=gone.name)


def parts_of(waiting: WaitingOrganization) -> Parts:
    """Each part of what it has filled in, with its name."""
    shown = [{name: each[name] for name in each if name not in {"kind", "status"}} for each in waiting.records]
    return [(str(each.get("name") or each.get("area")), list(differences({}, each))) for each in shown]


def shown_organization(waiting: WaitingOrganization, parts: Parts, known: ReferenceNames) -> ShownOrganization:
    """The same in words."""
    words = [(name, change_words(those, known)) for name, those in parts]
    refused = _(REFUSED[waiting.refused]) if waiting.refused else ""
    return ShownOrganization(waiting.row, waiting.tag, words, waiting.people, refused)
