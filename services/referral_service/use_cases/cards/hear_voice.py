"""Hear one voice of a person with a card: pass a wish on to the team, or count; the worker calls it.

Why: rule 14. Promises: each card counts once a word, a wish once a day; no clock, view, list or other figure moves; a
wish reaches nobody once consent is gone, while the others are counted all the same; the cards of one sending unit, or
of new ones, name no provider, and those of one day no unit; "badly treated" without a provider counts for the state,
since a district may have one alone; no row and no log line joins a counted voice to a card, an account or a time of
day. When not to use it: in a web process, whose answers must not depend on the code.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.clocks import NOTHING_DUE
from referral_service.domain.task_view import TaskView
from referral_service.domain.voices import (
    KNOWN_FOR,
    OF_ONE_DAY,
    OF_ONE_UNIT,
    TEAM_TOLD_AT_ONCE,
    TO_THE_TEAM,
    Voice,
    VoiceCell,
    cell_of,
    is_early,
    sent_by,
    wish_is_new_since,
)
from referral_service.store import tasks, voices
from referral_service.store.cards import card_holders
from referral_service.store.cards.card_requests import CardRequest
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import tell_data_officers, tell_team
from setu.districts import STATE_OF_DISTRICT
from setu.india import day_in_india


def hear_voice(
    session: Session, request: CardRequest, said: Voice, *, dependencies: Dependencies, now: datetime
) -> bool:
    """Whether it was new: False where this card had said it before, or retention has deleted where it leads meanwhile.

    The card's row is locked first: what is remembered of a card that is gone would be forgotten by nobody.
    """
    if not card_holders.lock_holder(session, request.code_mac):
        return False
    chain, year = _lock_chain(session, request), day_in_india(now).year
    if said in TO_THE_TEAM:
        return _pass_on(session, said, chain, dependencies=dependencies, now=now)
    if not _is_new(session, request, said, chain, dependencies=dependencies, year=year):
        return False
    cell = cell_of(said, STATE_OF_DISTRICT[request.district], request.district, chain)
    if not _may_be_named(session, cell, chain, dependencies=dependencies, now=now):
        cell = cell.of_the_state()
    voices.count_voice(session, year, cell)
    if said is Voice.MONEY_OR_SEX:
        tell_data_officers(session, cell.state, ids=dependencies.ids, now=now)
    return True


def _is_new(
    session: Session,
    request: CardRequest,
    said: Voice,
    chain: list[TaskView],
    *,
    dependencies: Dependencies,
    year: int,
) -> bool:
    """Remember that the card said it; what it said before anybody had opened the referral gives way to this.

    A count of an earlier year is frozen and stays.
    """
    early = dependencies.early_voice_mac(request.code_mac, said)
    early_this_year = dependencies.early_voice_mac(request.code_mac, said, year)
    if is_early(said, chain):
        return voices.is_heard_first(session, early) and voices.use_one_of_sender(session, early_this_year, year, 1)
    is_first = voices.is_heard_first(session, dependencies.voice_mac(request.code_mac, said))
    if is_first and voices.has_sender(session, early_this_year):
        voices.take_back_from_state(session, year, said, STATE_OF_DISTRICT[request.district])
    return is_first


def _may_be_named(
    session: Session, cell: VoiceCell, chain: list[TaskView], *, dependencies: Dependencies, now: datetime
) -> bool:
    """Whether this voice counts for a provider or a unit by name; it uses one of those that may. Else for the state.

    "Badly treated" without a provider would name the only one of its district, without a limit; "pressed" without a
    unit blames nobody but the side that handed the card out.
    """
    unit, year, about = sent_by(chain), day_in_india(now).year, cell.provider or cell.sending_unit
    if unit is None or about is None:
        return cell.said is not Voice.BADLY_TREATED
    if cell.provider is not None and not voices.has_sent_by(session, unit, now - KNOWN_FOR):
        return False
    of_the_day = dependencies.voice_day_mac(unit, about, day_in_india(chain[0].submitted_at))
    if not voices.use_one_of_sender(session, of_the_day, year, OF_ONE_DAY):
        return False
    of_the_year = dependencies.voice_sender_mac(unit, about, year)
    return cell.provider is None or voices.use_one_of_sender(session, of_the_year, year, OF_ONE_UNIT)


def _lock_chain(session: Session, request: CardRequest) -> list[TaskView]:
    """Lock the card's records and return them in order; ordered after whoever takes the consent back."""
    if request.referral_id is None:
        return []
    lock_for_update(session, request.referral_id)
    found = (tasks.task_in_hand(session, each) for each in tasks.chain_of(session, request.referral_id))
    return [task for task in found if task is not None]


def _pass_on(
    session: Session, said: Voice, chain: list[TaskView], *, dependencies: Dependencies, now: datetime
) -> bool:
    """For the team that has the referral now; nobody else learns of it."""
    if not chain or chain[-1].ghost:
        return False
    task = chain[-1]
    if not voices.add_team_voice(session, task.root_id, said, now, anew_since=wish_is_new_since(task.touched_at, now)):
        return False
    if task.status in TEAM_TOLD_AT_ONCE:
        due = None if task.due == NOTHING_DUE else task.due
        tell_team(session, "referral.voice.heard.v1", task, ids=dependencies.ids, now=now, due_at=due)
    return True
