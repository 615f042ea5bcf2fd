"""What a database's URL says reaches PostgreSQL's programs; its password stands on no command line."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from service_kit.db.connection_string import connection_string


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "postgresql://own:p%40s@db:6432/setu?sslmode=verify-full&sslrootcert=/etc/a%20b.crt",
            {"user": "own", "host": "db", "port": "6432", "dbname": "setu", "sslmode": "verify-full",
             "sslrootcert": "/etc/a b.crt"},
        ),
        (
            "postgresql+psycopg://own:p%40s@/setu?host=one:5432&host=two:5433",
            {"user": "own", "host": "one,two", "port": "5432,5433", "dbname": "setu"},
        ),
        ("postgresql://own:p%40s@/setu?host=/run/pg", {"user": "own", "host": "/run/pg", "dbname": "setu"}),
    ],
)  # fmt: skip
def test_all_of_the_url_is_in_the_string_but_the_password(url: str, told: dict[str, str]) -> None:
    made = connection_string(url)

    assert conninfo_to_dict(made.text) == told
    assert made.password == "p@s"
    assert "p@s" not in made.text
