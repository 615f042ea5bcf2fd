"""A view runs with its owner's rights, past the policies of its tables: web roles read those that are named here."""

from collections.abc import Callable

import psycopg
import pytest

from support.fresh_databases import Urls

READ_BY_WEB = {"directory": set(), "referral": {"team_referral"}, "notification": set()}
VIEWS = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')
    AND has_table_privilege(c.oid, 'SELECT')
    AND NOT coalesce(c.reloptions::text, '') LIKE '%security_invoker=true%'
"""


@pytest.mark.parametrize("service", READ_BY_WEB)
def test_the_web_role_reads_no_other_view(fresh_database: Callable[[str], Urls], service: str) -> None:
    with psycopg.connect(fresh_database(service).web) as connection:
        found = {name for (name,) in connection.execute(VIEWS)}

    assert found == READ_BY_WEB[service]
