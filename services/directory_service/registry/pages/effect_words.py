"""Words for what an act does to members, listings, agreements, cards and open referrals, said before its button.

The table of partnership's registry in sentences: one list an act, by the kind of organisation. Counts come from
`count_effects`; nothing here decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from directory_service.accounts.domain.grants import has_roles_of_two
from directory_service.organizations.store.tables import Organization
from directory_service.registry.use_cases.count_effects import Effects
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import ngettext
from setu.roles import COORDINATING_BODY, PROVIDER
from setu.text import N_


@dataclass(frozen=True)
class ActWords:
    """The heading of the page, its button and what is said once it is done; marked for translation."""

    heading: str
    button: str
    done: str


ACT_WORDS: Mapping[str, ActWords] = {
    "refuse": ActWords(N_("Refuse this organisation?"), N_("Refuse"), N_("Refused. It is not in the directory.")),
    "suspend": ActWords(
        N_("Suspend this organisation?"),
        N_("Suspend"),
        N_("Suspended. It takes nothing new and finishes what it has."),
    ),
    "resume": ActWords(N_("Let this organisation work again?"), N_("Let it work again"), N_("It works again.")),
    "close": ActWords(
        N_("Close this organisation?"),
        N_("Begin to close"),
        N_("It is closing: it takes nothing new. Close it for good when its own work is finished."),
    ),
    "finish": ActWords(
        N_("Close this organisation for good?"),
        N_("Close for good"),
        N_("Closed. Its people were offered to the successor, where you named one. A provider's own manager invites."),
    ),
}


@dataclass(frozen=True)
class Touched:
    """One line: what is touched, and what happens to it."""

    what: str
    then: str


def touched_by(act: str, row: Organization, effects: Effects) -> list[Touched]:
    """The lines of the page, in one order for every act: members, listing, units below, cards, referrals."""
    found = [(_what(each, effects), _SAID[each].get(act)) for each in _concerned(row, effects)]
    return [Touched(what, words(row)) for what, words in found if words is not None]


def _concerned(row: Organization, effects: Effects) -> list[str]:
    if row.kind == PROVIDER:
        return ["members", "services", *_if_any(effects), "own referrals"]
    if row.kind == COORDINATING_BODY:
        return ["members", "coordination", *_if_any(effects)]
    return ["members", *_if_any(effects), "cards", "sent referrals"]


def _if_any(effects: Effects) -> list[str]:
    counted = {"agreements": effects.agreements, "actions": effects.actions, "below": effects.below}
    return [name for name, number in counted.items() if number]


def _what(each: str, effects: Effects) -> str:
    if each == "members" and effects.members is None:
        return _("Its members")
    names = {
        "members": ngettext("%(num)s member", "%(num)s members", effects.members or 0),
        "services": ngettext("%(num)s service in the listing", "%(num)s services in the listing", effects.services),
        "agreements": ngettext("%(num)s agreement", "%(num)s agreements", effects.agreements),
        "actions": ngettext("%(num)s open action of meetings", "%(num)s open actions of meetings", effects.actions),
        "below": ngettext("%(num)s unit below it", "%(num)s units below it", effects.below),
        "cards": _("Cards"),
        "own referrals": _("Open referrals"),
        "sent referrals": _("Referrals that were sent"),
        "coordination": _("Its districts"),
    }
    return names[each]


def _words_of_ending(row: Organization) -> str:
    if row.kind == PROVIDER:
        return _(
            "Their memberships here end and they are signed out. Nobody is offered to the successor: its own manager"
            " invites whom it wants, by user name. Tell both."
        )
    said = _(
        "Their memberships here end and they are signed out. Where you named a successor, each is invited to it in the"
        " same role, and accepts or refuses."
    )
    if not has_roles_of_two(row.kind):
        return said
    of_two = _(
        "A role that two people give is only proposed there: another person agrees under “Roles that two people give”,"
        " and you then send the invitation, all within seven days."
    )
    return f"{said} {of_two}"


Words = Callable[[Organization], str]
_MEMBERS: Mapping[str, Words] = {
    "refuse": lambda _row: _("Nobody can sign in here."),
    "suspend": lambda row: (
        _("Nobody signs in here until it works again.")
        if row.kind == COORDINATING_BODY
        else _("They still sign in and finish what is theirs; they begin nothing new.")
    ),
    "resume": lambda _row: _("They work as before."),
    "move": lambda _row: _("They stay. They are signed out once and sign in again."),
    "close": lambda row: (
        _("Nobody signs in here any more.")
        if row.kind == COORDINATING_BODY
        else _("They still sign in and finish what is theirs; they begin nothing new.")
    ),
    "finish": _words_of_ending,
}
_SERVICES: Mapping[str, Words] = {
    "refuse": lambda _row: _("Nothing of it becomes public."),
    "suspend": lambda _row: _("Out of the public directory until it works again."),
    "resume": lambda _row: _("Back in the public directory, as they stand."),
    "move": lambda _row: _("Stay public; they go on serving the districts that they name."),
    "close": lambda _row: _("Out of the public directory, and offered to nobody."),
    "finish": lambda _row: _("Stay out of the public directory."),
}
_BELOW: Mapping[str, Words] = {
    "suspend": lambda _row: _("Go on as they are."),
    "move": lambda _row: _("Stay in their district, still below it."),
    "close": lambda _row: _("Go on as they are, for now."),
    "finish": lambda _row: _("Hang below the successor, or below the unit above where there is none."),
}
_AGREEMENTS: Mapping[str, Words] = {
    "suspend": lambda _row: _("Rest meanwhile; their days run on."),
    "resume": lambda _row: _("Hold again, as far as their days go."),
    "move": lambda row: (
        _("Stay with the district in which they were signed, until they end there.")
        if row.kind == PROVIDER
        else _("Go along with the unit.")
    ),
    "close": lambda _row: _("Rest; they end when it is closed for good."),
    "finish": lambda _row: _("End. A successor signs its own."),
}
_ACTIONS: Mapping[str, Words] = {
    "suspend": lambda _row: _("It ends its own as before."),
    "move": lambda _row: _("It ends its own as before. The coordinator of the district that agreed them follows them."),
    "close": lambda _row: _("It ends its own as before."),
    "finish": lambda _row: _("Stay open with the coordinator of the district that agreed them."),
}
_CARDS: Mapping[str, Words] = {
    "suspend": lambda _row: _("Codes that were handed out keep working. No card is used up or ordered meanwhile."),
    "resume": lambda _row: _("Can be used and ordered again."),
    "move": lambda _row: _("Go along with the unit."),
    "close": lambda _row: _("Codes that were handed out keep working. No card is used up or ordered any more."),
    "finish": lambda _row: _("Codes that were handed out keep working for good. Its unused sheets are void."),
}
_OWN_REFERRALS: Mapping[str, Words] = {
    "suspend": lambda _row: _("It gets no new one. What its team holds it finishes."),
    "resume": lambda _row: _("It gets new ones again."),
    "move": lambda _row: _("Keep the district in which they were sent."),
    "close": lambda _row: _(
        "It gets no new one. What its team holds it finishes first; all of it stands on the list of referrals that need"
        " a hand meanwhile."
    ),
    "finish": lambda _row: _(
        "What is still open stays on the list of referrals that need a hand. What nobody had accepted can be passed on;"
        " what was accepted ends as failed after 30 days, and nobody reaches these people until then."
    ),
}
_SENT_REFERRALS: Mapping[str, Words] = {
    "suspend": lambda _row: _("Go on as they are. No new one is sent from here."),
    "resume": lambda _row: _("New ones can be sent again."),
    "move": lambda _row: _("Keep the district in which they were sent."),
    "close": lambda _row: _("Go on as they are. No new one is sent from here."),
    "finish": lambda _row: _("Go on as they are, and stay with whoever sent them."),
}
_COORDINATION: Mapping[str, Words] = {
    "suspend": lambda _row: _("Fall to the body of the state until it works again."),
    "resume": lambda _row: _("Are coordinated here again."),
    "move": lambda _row: _("Its coordinators have the districts that their memberships name."),
    "close": lambda _row: _("Fall to the body of the state."),
    "finish": lambda _row: _("Stay with the body of the state, or with the successor's coordinators."),
}
_SAID: Mapping[str, Mapping[str, Words]] = {
    "members": _MEMBERS,
    "services": _SERVICES,
    "below": _BELOW,
    "agreements": _AGREEMENTS,
    "actions": _ACTIONS,
    "cards": _CARDS,
    "own referrals": _OWN_REFERRALS,
    "sent referrals": _SENT_REFERRALS,
    "coordination": _COORDINATION,
}
