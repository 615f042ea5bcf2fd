"""Rotations of keys in processes of their own, to be killed; forked, since to start Python costs more than they do.

Arguments: the database's URL, the keyring, the pause (s). Reads the name of a failpoint a line, runs one rotation that
dies there, and answers with the signal that ended it.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from referral_service.outside.keyring_file import KeyringFile
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys
from service_kit.clock import SystemClock
from service_kit.db.engine import Database

url, keyring, pause = sys.argv[1:]


def rotate() -> None:
    file = KeyringFile(Path(keyring))
    rotation = KeyRotation(Database(url), file, SystemClock(), lambda _: time.sleep(float(pause)))
    rotate_keys(rotation, after=timedelta(0))


for line in sys.stdin:
    child = os.fork()
    if not child:
        os.environ["SETU_FAILPOINT"] = line.strip()
        rotate()
        os._exit(0)
    sys.stdout.write(f"{os.WTERMSIG(os.waitpid(child, 0)[1])}\n")
    sys.stdout.flush()
