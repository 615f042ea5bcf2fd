"""Keys of integrators: made by a command, seen by whoever presents them, ended at once."""

from click.testing import CliRunner, Result
from sqlalchemy import text

from builders_accounts import House
from directory_service.cli import commands


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["api-key", *arguments], env=environment)


def test_a_key_is_an_integrator_until_it_is_ended(house: House, fresh_environment: dict[str, str]) -> None:
    provider = house.organization("provider")
    key = run(fresh_environment, "make", "--organization", str(provider), "--name", "website").output.strip()
    bearer = {"Authorization": f"Bearer {key}"}

    assert house.client().get("/api/organizations", headers=bearer).status_code == 200
    assert house.client().delete("/api/session", headers=bearer).status_code == 403
    assert house.client().get("/account", headers=bearer).status_code == 403

    listed = run(fresh_environment, "list", "--organization", str(provider)).output
    assert "website" in listed
    assert key not in listed
    assert run(fresh_environment, "end", listed.split()[0]).exit_code == 0
    assert house.client().delete("/api/session", headers=bearer).status_code == 401
    assert run(fresh_environment, "end", listed.split()[0]).exit_code == 1


def test_a_wrong_key_is_nobody(house: House) -> None:
    for key in ("setu_", "setu_wrong", "setu_" + "x" * 5000):
        bearer = {"Authorization": f"Bearer {key}"}
        assert house.client().delete("/api/session", headers=bearer).status_code == 401


def test_a_key_is_stored_as_a_digest_and_hidden_from_every_scope(
    house: House, fresh_environment: dict[str, str]
) -> None:
    provider = house.organization("provider")
    key = run(fresh_environment, "make", "--organization", str(provider)).output.strip()

    with house.worker.transaction() as session:
        assert key.encode() not in bytes(session.scalar(text("SELECT digest FROM api_key")))
    with house.web.transaction(house.as_web(organization=provider, role="provider_manager")) as session:
        assert session.scalar(text("SELECT count(*) FROM api_key")) == 0


def test_no_key_for_an_organisation_that_is_not_there(fresh_environment: dict[str, str]) -> None:
    made = run(fresh_environment, "make", "--organization", "00000000-0000-7000-8000-000000000000")
    assert made.exit_code == 1
    assert "no such organisation" in made.output
