"""No code reaches a screen without words for it."""

import ast
from pathlib import Path

import notification_service
from notification_service.domain.notices import OUTGOING
from notification_service.domain.reports import END_OF
from notification_service.domain.routing_table import KINDS
from notification_service.domain.trial import TRIAL
from notification_service.pages import notice_words
from notification_service.store.delivery_ends import SUPPRESSED
from notification_service.store.delivery_log import STATES

RAISING = {"TemporaryError", "PermanentError", "_by_code"}
SOURCE = Path(notification_service.__file__).parent


def test_every_kind_state_and_channel_has_words() -> None:
    assert set(notice_words.KINDS) == set(KINDS)
    assert set(notice_words.STATES) == set(STATES)
    assert set(notice_words.CHANNELS) == set(OUTGOING)


def test_every_word_that_a_try_can_end_with_is_explained_on_its_channel() -> None:
    """The words are literals in the modules that raise them, and no others are explained."""
    ours = _words_of(*(SOURCE / "use_cases" / f"{name}.py" for name in ("claim_due", "deliver_due")))
    mail = _words_of(*(SOURCE / "outside" / f"{name}.py" for name in ("smtp", "mail_format", "mail_files")))
    sms = _words_of(SOURCE / "outside" / "sms_gateway.py")
    ended = {word for _state, word in END_OF.values() if word is not None} | {SUPPRESSED, TRIAL}
    assert ours | mail | ended == set(notice_words.ERRORS["mail"])
    assert ours | sms | ended == set(notice_words.ERRORS["sms"])


def _words_of(*paths: Path) -> set[str]:
    calls = [node for path in paths for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    raised = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in RAISING]
    literals = [
        node for call in raised for one in call.args for node in ast.walk(one) if isinstance(node, ast.Constant)
    ]
    return {node.value for node in literals if isinstance(node.value, str)}
