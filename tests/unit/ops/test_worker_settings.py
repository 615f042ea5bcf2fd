"""A worker of the directory or of the referral service that was told too little says all that it misses, at once."""

import base64

import pytest

import directory_service.settings
import referral_service.settings

KEY = base64.b64encode(bytes(32)).decode()
WORKER = {
    "SETU_DATABASE_URL": "postgresql://worker@db/setu",
    "SETU_DIRECTORY_URL": "https://setu.example/directory",
    "SETU_REFERRAL_URL": "https://setu.example",
    "SETU_NOTIFICATION_URL": "https://setu.example/notifications",
    "SETU_MAC_KEY": KEY,
    "SETU_SESSION_PUBLIC_KEYS": f"k1:{KEY}",
    "SETU_KEK": f"k1:{KEY}",
    "SETU_KEYRING": "/nowhere/keyring.json",
    "SETU_MEMBER_BOX_PUBLIC_KEY": KEY,
    "SETU_AMQP_URL": "amqp://service:secret@broker/",
    "SETU_AUDIT_PRIVATE_KEY": KEY,
}
LOADERS = {"directory": directory_service.settings.load_worker, "referral": referral_service.settings.load_worker}


KEYS = {"directory": "SETU_KEK", "referral": "SETU_KEYRING"}


@pytest.mark.parametrize("service", LOADERS)
def test_a_worker_without_broker_audit_key_and_keyring_names_the_three_at_once(
    service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = {"SETU_AMQP_URL", "SETU_AUDIT_PRIVATE_KEY", KEYS[service]}

    with pytest.raises(SystemExit):
        LOADERS[service]({name: value for name, value in WORKER.items() if name not in missing})

    said = capsys.readouterr().err
    assert {line.split(":")[0].strip() for line in said.splitlines()[1:]} == missing


@pytest.mark.parametrize("service", LOADERS)
def test_a_worker_that_was_told_all_has_the_audit_key(service: str) -> None:
    assert LOADERS[service](WORKER).audit_private_key == bytes(32)
