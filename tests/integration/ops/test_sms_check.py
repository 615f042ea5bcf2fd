"""`setu doctor` names an SMS text that was not registered, as an operator's file has it at this moment."""

import os
from pathlib import Path

from local_stack.sms_check import find_sms_fault
from service_kit.web.html.catalogues import compile_all
from support.notices.settings import WORKER
from support.notices.sms import write_sms_file


def test_a_text_that_was_not_registered_is_named_and_a_wrong_file_too(tmp_path: Path) -> None:
    compile_all()
    notices = "https://setu.example/notifications"

    def fault(**changes: str) -> str | None:
        file = write_sms_file(tmp_path, notices=notices, **changes)
        paths = {"PYTHONPATH": os.pathsep.join(["services", "libs", "ops"]), "PATH": os.environ["PATH"]}
        return find_sms_fault({**WORKER, **paths, "SETU_SMS": str(file)})

    assert fault() is None
    changed = fault(**{"There is a message for you.": "There was a message for you."})
    assert changed is not None
    assert "NOT REGISTERED" in changed
    assert "There is a message for you. To read it" in changed
    broken = fault(**{"[dlt]": "[other]"})
    assert broken is not None
    assert "SETU_SMS: names a file that lacks" in broken
