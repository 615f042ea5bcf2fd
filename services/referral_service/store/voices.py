"""Voices as they are kept: that a card said something once, what a team is asked for, and counts without a person.

Promises: `heard_voice` holds a keyed digest of code and word, which without that key leads to no card; `voice_count`
has no time, no card and no referral, and `voice_sender` a keyed digest, of a unit or of a card's word, and the year
with which it goes; the rows of a team go with the consent. When not to use it: to decide what of the counts may be
shown (`domain/figures/voice_figures.py`).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral_service.domain.figures.voice_figures import VoiceCount
from referral_service.domain.voices import Voice, VoiceCell
from referral_service.store.tables import attempt, task
from referral_service.store.tables_cards import heard_voice, team_voice, voice_count, voice_sender
from setu.districts import districts_of_region, region_of_state

MOVE_TO_STATES = text("""
WITH moved AS (
    DELETE FROM voice_count
    WHERE said = 'badly_treated' AND district IS NOT NULL AND organization_id IS NULL
    RETURNING year, said, state, audience, count
)
INSERT INTO voice_count (year, said, state, district, organization_id, audience, count)
SELECT year, said, state, NULL, NULL, max(audience), sum(count) FROM moved GROUP BY year, said, state
ON CONFLICT (year, said, state, district, organization_id) DO UPDATE SET count = voice_count.count + excluded.count
""")
_COUNT = voice_count.c
_SENDER = voice_sender.c
_TEAM = team_voice.c


@dataclass(frozen=True)
class TeamVoice:
    """What the person asked the team for, and when."""

    said: str
    heard_at: datetime


def is_heard_first(session: Session, digest: bytes) -> bool:
    """Remember that this card said this; False where it had."""
    heard = insert(heard_voice).values(digest=digest).on_conflict_do_nothing().returning(heard_voice.c.digest)
    return session.execute(heard).first() is not None


def forget_heard(session: Session, digests: Collection[bytes]) -> None:
    """Their card is gone."""
    session.execute(delete(heard_voice).where(heard_voice.c.digest.in_(digests)))


def add_team_voice(session: Session, root_id: UUID, said: Voice, now: datetime, *, anew_since: datetime) -> bool:
    """For the team that holds a record of this chain, now or later; False where it was heard after `anew_since`."""
    wish = insert(team_voice).values(referral_id=root_id, said=said, heard_at=now)
    heard = wish.on_conflict_do_update(
        index_elements=[_TEAM.referral_id, _TEAM.said], set_={"heard_at": now}, where=_TEAM.heard_at < anew_since
    )
    return session.execute(heard.returning(_TEAM.said)).first() is not None


def unanswered_voices(session: Session, referral_id: UUID) -> Sequence[TeamVoice]:
    """What nobody tried to answer since it was said, in order; empty for anybody but a holder that has opened it."""
    of_chain = select(_TEAM.said, _TEAM.heard_at).join(task, task.c.root_id == _TEAM.referral_id)
    since = select(attempt.c.position).where(attempt.c.referral_id == referral_id, attempt.c.at >= _TEAM.heard_at)
    query = of_chain.where(task.c.id == referral_id, ~since.exists()).order_by(_TEAM.heard_at, _TEAM.said)
    return [TeamVoice(*row) for row in session.execute(query)]


def has_sent_by(session: Session, unit: UUID, moment: datetime) -> bool:
    """Whether this unit had sent a referral by then, of those that are still kept."""
    early = exists().where(task.c.sender_organization == unit, task.c.submitted_at <= moment)
    return bool(session.scalar(select(early)))


def use_one_of_sender(session: Session, digest: bytes, year: int, limit: int) -> bool:
    """Use one more of this sender's; False where all are used, by the same statement."""
    statement = insert(voice_sender).values(digest=digest, year=year, used=1)
    more = {"used": _SENDER.used + 1}
    used = statement.on_conflict_do_update(index_elements=[_SENDER.digest], set_=more, where=_SENDER.used < limit)
    return session.execute(used.returning(_SENDER.used)).first() is not None


def has_sender(session: Session, digest: bytes) -> bool:
    """Whether one of this sender's was used."""
    return bool(session.scalar(select(exists().where(_SENDER.digest == digest))))


def forget_senders(session: Session, before: int) -> int:
    """Those of the years before this one; returns how many."""
    gone = delete(voice_sender).where(_SENDER.year < before).returning(_SENDER.digest)
    return len(session.scalars(gone).all())


def count_voice(session: Session, year: int, cell: VoiceCell) -> None:
    """One more."""
    row = {
        "year": year,
        "said": cell.said,
        "state": cell.state,
        "district": cell.district,
        "organization_id": cell.organization,
        "audience": sorted(districts_of_region(region_of_state(cell.state))),
        "count": 1,
    }
    statement = insert(voice_count).inline().values(row)
    more = {"count": _COUNT["count"] + 1, "audience": statement.excluded.audience}
    cells = [_COUNT.year, _COUNT.said, _COUNT.state, _COUNT.district, _COUNT.organization_id]
    session.execute(statement.on_conflict_do_update(index_elements=cells, set_=more))


def take_back_from_state(session: Session, year: int, said: Voice, state: str) -> None:
    """One less, of what was counted for the state; what the release before counted by district is moved there first."""
    move_to_states(session)
    of_the_state = (_COUNT.state == state, _COUNT.district.is_(None), _COUNT.organization_id.is_(None))
    counted = (_COUNT.year == year, _COUNT.said == said, *of_the_state, _COUNT["count"] > 0)
    session.execute(update(voice_count).where(*counted).values(count=_COUNT["count"] - 1))


def move_to_states(session: Session) -> None:
    """Count for their state what is counted as treated badly in a district and by no provider.

    A district may have one provider alone, which they would name. The release before counts so, also beside this one.
    """
    session.execute(MOVE_TO_STATES)


def counts_of(
    session: Session, *, states: Collection[str], years: Collection[int], said: Collection[str]
) -> Iterator[tuple[tuple[int, str, str], VoiceCount]]:
    """Year, voice and state, and a true count of these, which no page shows as such."""
    columns = [_COUNT[name] for name in ("year", "said", "state", "district", "organization_id", "count")]
    wanted = (_COUNT.state.in_(states), _COUNT.year.in_(years), _COUNT.said.in_(said), _COUNT["count"] > 0)
    for row in session.execute(select(*columns).where(*wanted)):
        yield (row[0], row[1], row[2]), VoiceCount(row[3], row[4], row[5])
