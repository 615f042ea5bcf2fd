"""What a flood of made-up codes costs the worker: each is looked at for itself, and not beside each of the others."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text

from referral_service.store.cards.card_requests import drop_unknown
from referral_service.use_cases.cards.apply_card_requests import UNKNOWN_A_ROUND
from service_kit.db.engine import Database
from service_kit.db.provision import libpq
from support.fresh_databases import Urls

_MANY = "INSERT INTO card_request (code_mac, queued_at) SELECT sha256(int4send(n)), now() FROM generate_series(1, %s) n"
_A_ROUND = text("SET LOCAL statement_timeout = '10s'")
"""It takes less than one; beside each other, minutes."""


@pytest.fixture
def worker(fresh_database: Callable[[str], Urls]) -> Database:
    """Its statistics say that the queue is empty; and then the flood comes."""
    urls = fresh_database("referral")
    with psycopg.connect(libpq(urls.superuser), autocommit=True) as administrator:
        administrator.execute(_MANY, [UNKNOWN_A_ROUND])
        administrator.execute("DELETE FROM card_request")
        administrator.execute("ANALYZE card_request")
        administrator.execute(_MANY, [UNKNOWN_A_ROUND])
    return Database(urls.worker, pool_size=1)


def test_a_flood_after_weeks_of_silence_is_dropped_in_one_go(worker: Database) -> None:
    with worker.transaction() as session:
        session.execute(_A_ROUND)
        assert drop_unknown(session, UNKNOWN_A_ROUND) == (UNKNOWN_A_ROUND, 0)
