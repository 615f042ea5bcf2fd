"""The worker's indexing loop as a program of its own, to be killed. Arguments: the database's URL and the folder."""

import sys
import threading
from pathlib import Path

from directory_service.finding.use_cases.index_changes import Indexer
from service_kit.db.engine import Database


def main() -> None:
    Indexer(Database(sys.argv[1]), Path(sys.argv[2])).run(threading.Event())
