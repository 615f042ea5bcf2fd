"""What an SMS says, whether all of them may be sent as they read, and how long one is over the air."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from notification_service import cli_routes, cli_sms
from notification_service.domain.routing_table import SENT_KINDS
from notification_service.domain.sms_segments import count_segments
from notification_service.outside.sms_settings import SmsSettings
from notification_service.use_cases.check_sms_texts import check_sms_texts, require_registered
from notification_service.use_cases.write_sms import all_sms_texts, write_sms
from service_kit.web.html.catalogues import compile_all
from setu.languages import SCREEN_LANGUAGES
from support.notices.settings import WORKER
from support.notices.sms import APP, write_sms_file


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", "gsm7", 1),
        ("a" * 160, "gsm7", 1),
        ("a" * 161, "gsm7", 2),
        ("a" * 306, "gsm7", 2),
        ("a" * 307, "gsm7", 3),
        ("€" * 80, "gsm7", 1),
        ("€" * 81, "gsm7", 2),
        ("a" * 152 + "€" + "a" * 152, "gsm7", 3),  # the euro does not fit behind 152, and is not cut
        ("अ" * 70, "ucs2", 1),
        ("অ" * 71, "ucs2", 2),
        ("অ" * 134, "ucs2", 2),
        ("অ" * 135, "ucs2", 3),
        ("x" * 66 + "\U0001f33b" + "x" * 66, "ucs2", 3),  # nor is a surrogate pair
        ("ç", "ucs2", 1),  # the alphabet has only the capital one
        ("Ç", "gsm7", 1),
    ],
)
def test_segments_are_counted_as_the_standard_says(text: str, encoding: str, count: int) -> None:
    counted = count_segments(text)
    assert (counted.encoding, counted.count) == (encoding, count)


@given(st.text(max_size=400))
def test_a_longer_text_never_takes_fewer_segments_of_its_encoding(text: str) -> None:
    one, longer = count_segments(text), count_segments(text + "a")
    assert longer.encoding == one.encoding
    assert one.count <= longer.count <= one.count + 1


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_an_sms_is_the_mails_sentences_in_one_line_with_a_link_that_is_the_same_for_all(language: str) -> None:
    compile_all()
    told, unnamed = write_sms("R-7KQ2-9XTC", language, APP), write_sms(None, language, APP)
    assert told.count("R-7KQ2-9XTC") == 1
    assert {told.rpartition(" ")[2], unnamed.rpartition(" ")[2]} == {APP}
    assert "\n" not in told + unnamed
    assert count_segments(told).encoding == ("gsm7" if language == "en" else "ucs2")


def test_the_demos_registration_fits_every_kind_and_language(tmp_path: Path) -> None:
    compile_all()
    settings = SmsSettings.read(str(write_sms_file(tmp_path)))
    checked = list(check_sms_texts(settings.registration, APP))
    assert {(one.sms.kind, one.sms.language) for one in checked} == {
        (kind, language) for kind in SENT_KINDS for language in SCREEN_LANGUAGES
    }
    assert [one.sms for one in checked if one.template is None] == []
    require_registered(settings.registration, APP)


def test_a_text_that_does_not_match_what_was_registered_is_refused_at_start_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compile_all()
    changed = write_sms_file(tmp_path, **{"There is a message for you.": "There was a message for you."})
    with pytest.raises(SystemExit):
        require_registered(SmsSettings.read(str(changed)).registration, APP)
    named = capsys.readouterr().err
    assert "There is a message for you. To read it" in named
    assert "about" not in named, "only what is wrong is named"


def test_the_commands_say_what_is_registered_and_what_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_all()
    for notices, code in (("https://setu.example/notifications", 0), (APP, 1)):
        for name, value in {**WORKER, "SETU_SMS": str(write_sms_file(tmp_path, notices=notices))}.items():
            monkeypatch.setenv(name, value)
        for command, wanted in ((cli_sms.sms, code), (cli_routes.routes, 2 * code)):
            assert CliRunner().invoke(command).exit_code == wanted
    printed = CliRunner().invoke(cli_sms.sms).output
    assert printed.count("NOT REGISTERED") == len(all_sms_texts(APP))
    to_register = CliRunner().invoke(cli_sms.sms, ["--to-register"]).output.splitlines()
    assert len(to_register) == 2 * len(SCREEN_LANGUAGES)
    assert all(re.match(r"(en  gsm7|hi  ucs2|bn  ucs2) \d  ", line) for line in to_register)
