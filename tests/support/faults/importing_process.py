"""An import as a process of its own, to be killed. Arguments: the database's URL, the file and its source's name."""

import sys
from datetime import UTC, datetime

from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    import_files,
)
from service_kit.db.engine import Database


def main() -> None:
    options = ImportOptions(sys.argv[2], source=sys.argv[3])
    import_files(Database(sys.argv[1]), options, datetime(2026, 11, 24, 6, 30, tzinfo=UTC))
