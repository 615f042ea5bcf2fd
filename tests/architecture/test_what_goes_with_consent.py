"""Each table that hangs on a referral goes as consent does, or is named here with the reason why it stays.

Whoever adds one is asked: a person takes the consent back, and what of this is still there?
"""

import re
from importlib import import_module
from pathlib import Path

from referral_service.store import survivors
from referral_service.store.metadata import metadata
from referral_service.store.task_history import WORK_WITH_THE_PERSON

STORE = Path(__file__).parents[2] / "services" / "referral_service" / "store"
for path in sorted(STORE.glob("tables*.py")):  # a table joins its metadata when its module is imported
    import_module(f"referral_service.store.{path.stem}")
WITH_THE_KEY = {"referral_key", "identity", "case_note"}
"""Sealed; the key goes, and what it sealed with it (`store/sealed_identities.py`)."""
STAYS = {"task_event": "that something ended, and when, in codes: the holder's history and the clocks of its answer"}


def test_what_hangs_on_a_referral_goes_with_consent_or_says_why_it_stays() -> None:
    hanging = {
        table.name
        for table in metadata.tables.values()
        if any(key.column.table.name == "task" for key in table.foreign_keys)
    }
    goes = {table.name for table in WORK_WITH_THE_PERSON} | WITH_THE_KEY

    assert hanging == goes | STAYS.keys(), (
        "a person takes the consent back: what goes then joins WORK_WITH_THE_PERSON of store/task_history.py, what is"
        " sealed WITH_THE_KEY above, what stays STAYS, with the reason (CONTRIBUTING, Add a table)"
    )


def test_a_restored_backup_forgets_it_too() -> None:
    emptied = {table for statement in survivors.FINISH for table in re.findall(r"^DELETE FROM (\w+) ", statement)}

    assert {table.name for table in WORK_WITH_THE_PERSON} | WITH_THE_KEY <= emptied


def test_a_referral_that_is_deleted_leaves_nothing_behind() -> None:
    kept = [
        table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "task" and key.ondelete != "CASCADE"
    ]

    assert kept == []
