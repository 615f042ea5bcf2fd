"""Which statements a database does not refuse, so that one test may try many and name those that were taken."""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def not_refused(
    begin: Callable[[], AbstractContextManager[Session]], statements: Iterable[str], words: str
) -> list[str]:
    """Those that the database does not refuse in these words, each in a transaction of its own; none is committed."""
    found = []
    for statement in statements:
        answer = "was taken"
        try:
            with begin() as session:
                session.execute(text(statement))
                session.rollback()
        except DBAPIError as refusal:
            answer = str(refusal.orig)
        if not re.search(words, answer):
            found.append(f"{statement}: {answer}")
    return found
