"""Whether every SMS text of a stack was registered: the service's own command says it, and `setu doctor` repeats it."""

import subprocess
import sys
from collections.abc import Mapping


def find_sms_fault(environment: Mapping[str, str]) -> str | None:
    """Give the first fault in words, None where there is none. `environment` is the notification worker's."""
    command = [sys.executable, "-m", "setu_cli", "notification", "sms"]
    checked = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if checked.returncode == 0:
        return None
    printed = (checked.stdout + checked.stderr).splitlines()
    wrong = [line.strip() for line in printed if "NOT REGISTERED" in line or "SETU_SMS" in line]
    return wrong[0] if wrong else "the settings are wrong"
