"""Honour people's choices and absences in what was planned; when it leaves: `quiet_hours.py`.

Promises: choices touch what leaves (`PlannedNotice.sends`) and its language, never the list in the app; an absence
passes on nothing: a stand-in is somebody who is told anyway, and is sent what they had switched off; an absence alone
never silences a team; urgent messages pass both; a referrer's are never another's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from notification_service.domain.absences import MAY_BE_AWAY, Absence
from notification_service.domain.choices import Choices, is_urgent
from notification_service.domain.notices import PlannedNotice, Side
from setu.india import day_in_india

_Away = Mapping[tuple[UUID, UUID | None, str], Absence]
"""Who is away, by account, organisation and role."""


def honour(
    planned: Iterable[PlannedNotice], choices: Mapping[UUID, Choices], absences: Iterable[Absence]
) -> list[PlannedNotice]:
    """Return the same notices, in the same order, with what leaves for each of them as its readers chose."""
    away: _Away = {(absence.account, absence.organization, absence.role): absence for absence in absences}
    honoured: list[PlannedNotice] = []
    for _, together in groupby(planned, key=lambda notice: notice.event_id):
        honoured += _honour_event(list(together), choices, away)
    return honoured


def _honour_event(
    planned: Sequence[PlannedNotice],
    choices: Mapping[UUID, Choices],
    away: _Away,
) -> list[PlannedNotice]:
    chosen = [_as_chosen(notice, choices.get(notice.account, Choices())) for notice in planned]
    absent = {n: absence for n, notice in enumerate(chosen) if (absence := _absence_of(notice, away)) is not None}
    for n, absence in absent.items():
        for m, colleague in enumerate(chosen):
            if m not in absent and colleague.account == absence.stand_in and _are_one_team(colleague, chosen[n]):
                lifted = {channel: at for channel, at in planned[m].sends.items() if channel in chosen[n].sends}
                chosen[m] = replace(colleague, sends={**lifted, **colleague.sends})
    heard = [notice for m, notice in enumerate(chosen) if m not in absent and notice.sends]
    return [
        replace(notice, sends={}) if n in absent and any(_are_one_team(other, notice) for other in heard) else notice
        for n, notice in enumerate(chosen)
    ]


def _as_chosen(notice: PlannedNotice, choices: Choices) -> PlannedNotice:
    """The notice in the chosen language, without what was switched off."""
    urgent = is_urgent(notice.kind, notice.urgent)
    sends = {channel: at for channel, at in notice.sends.items() if urgent or (notice.kind, channel) not in choices.off}
    return replace(notice, sends=sends, language=choices.language or notice.language)


def _absence_of(notice: PlannedNotice, away: _Away) -> Absence | None:
    """The absence that keeps this message from its reader, if there is one on the day on which it would leave."""
    if not notice.sends or notice.side is not Side.TEAM or notice.recipient_role not in MAY_BE_AWAY:
        return None
    absence = away.get((notice.account, notice.organization, notice.recipient_role))
    if absence is None or is_urgent(notice.kind, notice.urgent):
        return None
    return absence if absence.covers(day_in_india(min(notice.sends.values()))) else None


def _are_one_team(one: PlannedNotice, other: PlannedNotice) -> bool:
    return (one.organization, one.recipient_role) == (other.organization, other.recipient_role)
