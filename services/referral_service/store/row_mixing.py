"""Statements of the batch rewrite that parts rows from the transaction that wrote them (`use_cases/cards/mix_rows.py`).

Why: PostgreSQL tells of each row which transaction wrote or locked it (`xmin`, `xmax`), and numbers these in their
order: rows of one transaction are joined by it, and a row that has a time tells that of its neighbours. Promises: each
statement is a transaction of its own, and changes no value that is read; a row that may be looked for meanwhile by its
key stays in its place, others are deleted and come back in an order of their own. When not to use it: for rows of a
referral, whose columns lead to it openly.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from referral_service.domain.figures.frozen_periods import month_of
from setu.india import midnight_in_india

_ANSWERS = """
WITH taken AS (
    DELETE FROM tally WHERE day >= :since AND day < :today RETURNING day, answer, need, district, setting
)
INSERT INTO tally (day, answer, need, district, setting)
SELECT * FROM taken ORDER BY day, district, setting, need, answer
"""
_ANSWERS_OF_FIGURES = """
WITH taken AS (
    DELETE FROM figure_tally WHERE month >= :month AND counted IN ('declined', 'only_card')
    RETURNING month, district, counted, minutes
)
INSERT INTO figure_tally (month, district, counted, minutes) SELECT * FROM taken ORDER BY month, district, counted
"""
_KEYS_WITHOUT_A_PERSON = """
WITH taken AS (
    DELETE FROM idempotency_key
    WHERE created_at > :since_midnight AND created_at <= :midnight
        AND resource_id = '00000000-0000-0000-0000-000000000000'
    RETURNING account, key, fingerprint, resource_id, created_at
)
INSERT INTO idempotency_key (account, key, fingerprint, resource_id, created_at) SELECT * FROM taken ORDER BY key
"""
_ARRIVALS = """
WITH taken AS (DELETE FROM arrival WHERE day >= :since AND day < :today RETURNING day, need, district, organization_id)
INSERT INTO arrival (day, need, district, organization_id)
SELECT * FROM taken ORDER BY day, district, organization_id, need
"""
_USED_CARDS = "UPDATE card SET used_at = used_at WHERE used_at >= :since_midnight AND used_at < :midnight"
_CARDS_ALONE = """
UPDATE card_holder SET needs = needs
WHERE referral_id IS NULL AND handed_out_on < :today AND (handed_out_on >= :since OR arrived_on IS NOT NULL)
"""
_VOICES = (
    "UPDATE heard_voice SET digest = digest",
    "UPDATE voice_sender SET used = used",
    "UPDATE voice_count SET count = count",
)
STATEMENTS: Sequence[TextClause] = [
    text(statement)
    for statement in (
        _ANSWERS,
        _ANSWERS_OF_FIGURES,
        _KEYS_WITHOUT_A_PERSON,
        _ARRIVALS,
        _USED_CARDS,
        _CARDS_ALONE,
        *_VOICES,
    )
]
"""Of cards alone all with which somebody came, whenever: the night on which its row was written would tell the day."""


def mix(session: Session, statement: TextClause, since: date, today: date) -> None:
    """Write anew what the days from `since` on, before `today` (of India), have left."""
    named: dict[str, date | datetime] = {
        "since": since,
        "today": today,
        "month": month_of(since),
        "since_midnight": midnight_in_india(since),
        "midnight": midnight_in_india(today),
    }
    session.execute(statement, {name: named[name] for name in statement.compile().params})
