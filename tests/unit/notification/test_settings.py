"""What a process says when it was told too little or something wrong, and what it never says."""

import pytest

from notification_service.settings import load, load_worker
from support.notices.settings import KEY, WORKER


def test_the_web_process_is_not_given_what_could_open_a_contact() -> None:
    settings = load(WORKER)
    assert not hasattr(settings, "contact_keys")
    assert settings.links.to("sent", None, "officer") == "https://setu.example/directory/account"


@pytest.mark.parametrize("name", sorted(set(WORKER) - {"SETU_SMTP_URL"}))
def test_the_worker_names_what_it_misses(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load_worker({key: value for key, value in WORKER.items() if key != name})
    assert f"{name}: is not set" in capsys.readouterr().err


def test_without_a_mail_server_it_wants_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    without = {key: value for key, value in WORKER.items() if key != "SETU_SMTP_URL"}
    with pytest.raises(SystemExit):
        load_worker(without)
    assert "SETU_MAIL_DIR: is not set" in capsys.readouterr().err
    assert str(load_worker({**without, "SETU_MAIL_DIR": "var/mail"}).mail_dir) == "var/mail"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SETU_SMTP_URL", "http://hidden@mail.example"),
        ("SETU_KEK", "k1:hidden"),
        ("SETU_MEMBER_BOX_PRIVATE_KEY", "hidden"),
        ("SETU_MAIL_FROM", "hidden, and more"),
        ("SETU_WEBHOOK_PRIVATE_HOSTS", "hidden.example"),
    ],
)
def test_a_wrong_value_is_named_and_not_quoted(name: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load_worker({**WORKER, name: value})
    said = capsys.readouterr().err
    assert f"  {name}: " in said
    assert "hidden" not in said


def test_no_secret_is_in_the_representation() -> None:
    assert KEY not in repr(load_worker(WORKER))
    assert "hidden" not in repr(load_worker(WORKER))
