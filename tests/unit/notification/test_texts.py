"""No code reaches a screen without words for it."""

import re
from pathlib import Path

import notification_service
from notification_service.domain.notices import OUTGOING
from notification_service.domain.routes import KINDS
from notification_service.pages import texts
from notification_service.store.delivery_log import STATES

SOURCE = Path(notification_service.__file__).parent


def test_every_kind_state_and_channel_has_words() -> None:
    assert set(texts.KINDS) == set(KINDS)
    assert set(texts.STATES) == set(STATES)
    assert set(texts.CHANNELS) == set(OUTGOING)


def test_every_word_that_a_try_can_end_with_is_explained() -> None:
    raised = re.compile(r'(?:TemporaryError|PermanentError|_by_code)\(\s*(?:code, |refused\.smtp_code, )?"(\w+)"')
    choices = re.compile(r'"(no_answer|unreachable|try_later)"')
    words = set()
    for path in [*(SOURCE / "outside").glob("*.py"), SOURCE / "use_cases" / "deliver_due.py"]:
        source = path.read_text()
        words |= {*raised.findall(source), *choices.findall(source)}
    for call in re.findall(r'_by_code\([^)]*"(\w+)"\)', (SOURCE / "outside" / "smtp.py").read_text()):
        words.add(call)
    assert words == set(texts.ERRORS)
