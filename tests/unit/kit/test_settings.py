import base64

import pytest

from service_kit.settings import Environment, KitSettings, kit_fields
from setu.addresses import SETTINGS

KEY = base64.b64encode(bytes(32)).decode()
GOOD = {
    "SETU_DATABASE_URL": "postgresql://referral_web:pw@localhost/setu_referral",
    "SETU_DIRECTORY_URL": "https://setu.example/directory/",
    "SETU_REFERRAL_URL": "https://setu.example",
    "SETU_NOTIFICATION_URL": "https://setu.example/notifications",
    "SETU_MAC_KEY": KEY,
    "SETU_SESSION_PUBLIC_KEYS": f"one:{KEY},two:{KEY}",
}


def load(environ: dict[str, str]) -> KitSettings:
    with Environment(environ) as env:
        return KitSettings(**kit_fields(env, "referral", SETTINGS))


def test_a_whole_environment_is_read() -> None:
    settings = load(GOOD)

    assert settings.addresses["directory"] == "https://setu.example/directory"
    assert list(settings.session_public_keys) == ["one", "two"]
    assert settings.cookie_secure is True
    assert settings.amqp_url is None


def test_everything_that_is_missing_or_wrong_is_named_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = GOOD | {"SETU_MAC_KEY": "c2hvcnQ=", "SETU_PORT_BASE": "eighty", "SETU_COOKIE_SECURE": "maybe"}
    del wrong["SETU_DIRECTORY_URL"]

    with pytest.raises(SystemExit) as end:
        load(wrong)

    said = capsys.readouterr().err
    assert end.value.code == 2
    assert "SETU_DIRECTORY_URL: is not set" in said
    assert "SETU_MAC_KEY: must hold 32 bytes, holds 5" in said
    assert "SETU_PORT_BASE: must be a whole number" in said
    assert "SETU_COOKIE_SECURE: must be true or false" in said
    assert "c2hvcnQ=" not in said


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load(GOOD | {"SETU_AMQP_URL": "", "SETU_METRICS_PORT": ""}).metrics_port is None


@pytest.mark.parametrize("hosts", ["one:5432,two:5432", "one,two:5432"])
def test_hosts_that_no_part_of_the_program_could_read_are_refused_with_the_way_to_write_them(
    capsys: pytest.CaptureFixture[str], hosts: str
) -> None:
    with pytest.raises(SystemExit):
        load(GOOD | {"SETU_DATABASE_URL": f"postgresql://setu:pw@{hosts}/setu"})

    assert "SETU_DATABASE_URL: has several hosts with ports: write" in capsys.readouterr().err


def test_a_broker_of_several_nodes_is_named_by_all_their_addresses() -> None:
    nodes = "amqp://u:pw@one/,amqps://u:pw@two:5671/"

    assert load(GOOD | {"SETU_AMQP_URL": nodes.replace(",", ", ")}).amqp_url == nodes
    with pytest.raises(SystemExit):
        load(GOOD | {"SETU_AMQP_URL": f"{nodes},two:5671"})


def test_no_secret_shows_when_settings_are_printed() -> None:
    shown = repr(load(GOOD | {"SETU_AMQP_URL": "amqp://u:topsecret@localhost/"}))

    assert "topsecret" not in shown
    assert "pw@" not in shown
