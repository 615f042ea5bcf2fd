"""Hear one voice of a person with a card: pass a wish on to the team, or count; the worker calls it.

Why: rule 14. Promises: each card counts once a word; no clock, view, list or other figure moves; a wish reaches nobody
once consent is gone, while the others are counted all the same; the cards of one sending unit name no provider;
no row and no log line joins a counted voice to a card, an account or a time of day. When not to use it: in a web
process, whose answers must not depend on the code.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.clocks import NOTHING_DUE
from referral_service.domain.voices import OF_ONE_UNIT, TO_THE_TEAM, TOLD_AT_ONCE, Voice, VoiceCell, cell_of, sent_by
from referral_service.domain.wall import TaskView
from referral_service.store import tasks, voices
from referral_service.store.card_requests import CardRequest
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import tell_data_officers, tell_team
from setu.districts import STATE_OF_DISTRICT
from setu.india import day_in_india


def hear_voice(
    session: Session, request: CardRequest, said: Voice, *, dependencies: Dependencies, now: datetime
) -> bool:
    """Whether it was new: False where this card had said it before."""
    if not voices.is_heard_first(session, dependencies.voice_mac(request.code_mac, said)):
        return False
    chain = _chain_in_hand(session, request)
    if said in TO_THE_TEAM:
        _pass_on(session, said, chain, dependencies=dependencies, now=now)
        return True
    cell = cell_of(said, STATE_OF_DISTRICT[request.district], request.district, chain)
    _count(session, cell, sent_by(chain), dependencies=dependencies, year=day_in_india(now).year)
    if said is Voice.MONEY_OR_SEX:
        tell_data_officers(session, cell.state, ids=dependencies.ids, now=now)
    return True


def _count(session: Session, cell: VoiceCell, unit: UUID | None, *, dependencies: Dependencies, year: int) -> None:
    """For the provider while the unit that sent it has some of `OF_ONE_UNIT` left; else for the state."""
    if cell.provider is not None and unit is not None:
        mac = dependencies.voice_sender_mac(unit, cell.provider, year)
        if not voices.use_one_of_sender(session, mac, year, OF_ONE_UNIT):
            cell = cell.of_the_state()
    voices.count_voice(session, year, cell)


def _chain_in_hand(session: Session, request: CardRequest) -> list[TaskView]:
    """The card's records in order, ordered after whoever takes the consent back."""
    if request.referral_id is None:
        return []
    lock_for_update(session, request.referral_id)
    found = (tasks.task_in_hand(session, each) for each in tasks.chain_of(session, request.referral_id))
    return [task for task in found if task is not None]


def _pass_on(
    session: Session, said: Voice, chain: list[TaskView], *, dependencies: Dependencies, now: datetime
) -> None:
    if not chain or chain[-1].ghost:
        return
    task = chain[-1]
    voices.add_team_voice(session, task.root_id, said, now)
    if task.status in TOLD_AT_ONCE:
        due = None if task.due == NOTHING_DUE else task.due
        tell_team(session, "referral.voice.heard.v1", task, ids=dependencies.ids, now=now, due_at=due)
