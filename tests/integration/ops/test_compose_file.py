"""docker-compose.yml keeps its promises: locked down, no secret, the same environments as the local stack."""

import re
from pathlib import Path

import pytest
import yaml

from local_stack import secret_values
from local_stack.layout import CHECKOUT, Layout
from local_stack.process_environments import Environments

TEXT = (CHECKOUT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
CONTAINERS = COMPOSE["services"]
SIX = [f"{service}-{process}" for service in ("directory", "referral", "notification") for process in ("web", "worker")]
# what differs by nature between containers and one machine
OF_THE_PLACE = {
    "SETU_BIND", "SETU_PORT_BASE", "SETU_BEHIND_PROXY", "SETU_METRICS_BIND", "SETU_SMTP_URL", "PYTHONUNBUFFERED",
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SETU_PSEUDO_LANGUAGE", "SETU_LOG_LEVEL",
    "SETU_SURVIVORS", "SETU_BACKUP_RECIPIENTS", "SETU_AUDIT_CHECKPOINTS", "SETU_MAIL_RATE", "SETU_SMS", "SETU_SMS_KEY",
    "SETU_DIRECTORY_INSIDE_URL",
}  # fmt: skip


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_is_locked_down(name):
    container = CONTAINERS[name]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert container["user"] not in ("root", "0", "0:0")


def test_the_six_processes_are_there():
    assert set(SIX) < set(CONTAINERS)


def test_only_the_gateway_is_reached_from_outside_and_only_on_loopback():
    published = {name: container["ports"] for name, container in CONTAINERS.items() if "ports" in container}

    assert set(published) == {"caddy"}
    assert all(port.startswith("127.0.0.1:") for port in published["caddy"])


def test_no_secret_stands_in_the_file():
    given = re.findall(r"(?:PASSWORD|_KEY|_KEYS|KEK): (.+)", TEXT)

    assert given
    assert all(re.fullmatch(r"\$\{[A-Z_]+(:-|:\?[^}]*)?\}", value) for value in given), given
    assert all("@" not in url or "${" in url for url in re.findall(r"[a-z]+://\S+", TEXT))


def test_every_variable_is_explained_in_the_example_and_empty_there():
    used = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))

    assert used <= set(example)
    assert set(secret_values.make()) <= set(example)
    assert not any(example.values())


@pytest.mark.parametrize("name", SIX)
def test_a_container_is_given_what_the_local_process_is_given(name):
    service, _, process = name.partition("-")
    layout = Layout(CHECKOUT, 8000, Path("/nowhere"))
    environments = Environments(
        layout, secret_values.make(), "postgresql://a:b@127.0.0.1/x", "amqp://a:b@127.0.0.1/", users_on_broker=True
    )

    assert set(CONTAINERS[name]["environment"]) - OF_THE_PLACE == set(environments.of(service, process)) - OF_THE_PLACE


def test_each_image_holds_one_service():
    built = {container["build"]["args"]["SERVICE"] for container in CONTAINERS.values() if "build" in container}

    assert built == {"directory_service", "referral_service", "notification_service"}
    assert (CHECKOUT / "Dockerfile").read_text().count("COPY services/") == 1


def test_an_image_is_given_each_library_and_whatever_it_copies():
    copied = re.findall(r"^COPY (?!--from)(\S+)", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE)
    admitted = [line[1:] for line in (CHECKOUT / ".dockerignore").read_text().split() if line.startswith("!")]

    assert {f"libs/{library.name}" for library in (CHECKOUT / "libs").iterdir() if library.is_dir()} <= set(copied)
    assert not [source for source in copied if not any(Path(source).is_relative_to(place) for place in admitted)]


def test_one_container_is_made_on_the_shared_volume_before_the_others():
    sharing = {name for name, each in CONTAINERS.items() if "survivors}:" in str(each.get("volumes"))}
    started_alone = {name for name in sharing if "backup" in CONTAINERS[name].get("profiles", [])}

    assert "directory-migrate" in sharing
    assert all(
        "directory-migrate" in CONTAINERS[name]["depends_on"]
        for name in sharing - started_alone - {"directory-migrate"}
    )
