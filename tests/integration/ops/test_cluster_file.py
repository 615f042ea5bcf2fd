"""docker-compose.cluster.yml keeps its promises: hosts that can be cut apart, locked down, no secret, two of each."""

import re

import pytest
import yaml

from cluster_check.cluster import ALL, HOSTS
from cluster_check.faults import FAULTS, Deed
from local_stack.layout import CHECKOUT, SERVICES

TEXT = (CHECKOUT / "docker-compose.cluster.yml").read_text()
FOLDER = CHECKOUT / "ops" / "compose" / "cluster"
HOST_OF = {part: name for name, parts in HOSTS.items() for part in parts}


class Loader(yaml.SafeLoader):
    """Reads what is marked `!override` as if it were not."""


Loader.add_multi_constructor(
    "!override",
    lambda loader, _, node: (
        loader.construct_sequence(node, deep=True)
        if isinstance(node, yaml.SequenceNode)
        else loader.construct_mapping(node, deep=True)
    ),
)
COMPOSE = yaml.load(TEXT, Loader)  # noqa: S506 (a loader that makes nothing but plain data)
CONTAINERS = COMPOSE["services"]
BASE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
RUN_ONCE = {f"{service}-{what}" for service in SERVICES for what in ("migrate", "backup")} | {"referral-restore"}


def test_the_check_knows_every_container():
    assert set(ALL) == set(CONTAINERS) - RUN_ONCE


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_is_locked_down_by_itself_or_by_what_it_extends(name):
    container = CONTAINERS[name]
    base = container.get("extends")
    whole = BASE[base["service"]] | container if base else container

    assert not base or base["file"] == "docker-compose.yml"
    assert whole["read_only"] is True
    assert whole["cap_drop"] == ["ALL"]
    assert whole["user"] not in ("root", "0", "0:0")
    assert all(port.startswith("127.0.0.1:") for port in container.get("ports", []))
    assert name == "caddy" or "ports" not in container


@pytest.mark.parametrize("name", HOST_OF)
def test_what_runs_on_a_host_is_joined_to_the_others_by_the_backbone_alone(name):
    networks = set(CONTAINERS[name]["networks"])
    host = HOST_OF[name]

    assert {"backbone", f"host-{host}"} <= networks <= {"backbone", f"host-{host}", f"outside-{host}"}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["web", "worker"])
def test_each_process_runs_on_two_hosts_with_the_same_settings(service, kind):
    on_a, on_b = (CONTAINERS[f"{service}-{kind}-{host}"] for host in "ab")

    assert on_a["extends"]["service"] == on_b["extends"]["service"] == f"{service}-{kind}"
    assert on_a["environment"] == on_b["environment"]
    assert on_a["environment"]["SETU_DATABASE_URL"].count("pg") == 3
    assert on_a["environment"]["SETU_DATABASE_URL"].endswith("?target_session_attrs=read-write")
    assert kind == "web" or on_a["environment"]["SETU_AMQP_URL"].count("@rabbit") == 3


def test_the_directory_is_asked_under_the_name_that_the_other_services_are_given():
    for host in "ab":
        networks = CONTAINERS[f"directory-web-{host}"]["networks"]
        assert all("directory-web" in network["aliases"] for network in networks.values())
    asked = {
        container["environment"].get("SETU_DIRECTORY_INSIDE_URL")
        for container in BASE.values()
        if isinstance(container.get("environment"), dict)
    }
    assert asked - {None} == {"http://directory-web:8000"}


def test_each_host_has_a_search_index_of_its_own_and_all_share_what_there_may_be_but_once():
    volumes = {
        host: {each.rpartition(":/")[0] for each in CONTAINERS[f"directory-worker-{host}"]["volumes"]} for host in "ab"
    }

    assert volumes["a"] ^ volumes["b"] == {"index-a", "export-a", "index-b", "export-b"}
    assert "${SETU_KEYRING_DIR:-keyring}:/var/lib/setu/keyring" in BASE["referral-worker"]["volumes"]
    assert "volumes" not in CONTAINERS["referral-worker-a"]


@pytest.mark.parametrize("name", [f"{service}-worker-{host}" for service in SERVICES for host in "ab"])
def test_one_container_is_made_on_the_shared_volume_before_the_workers(name):
    assert "directory-migrate" in CONTAINERS[name]["depends_on"]


def test_no_secret_stands_in_the_files():
    given = re.findall(r"(?:PASSWORD|_KEY|_KEYS|KEK|COOKIE|PASS): (.+)", TEXT)

    assert len(given) > 4
    assert all(re.fullmatch(r"\$\{[A-Z_]+(:-|:\?[^}]*)?\}", value) for value in given), given
    assert all("@" not in url or "${" in url for url in re.findall(r"[a-z]+://\S+", TEXT))
    assert not [path for path in FOLDER.iterdir() if re.search(r"\bpass(word|phrase)?\s*[:=]", path.read_text())]


def test_every_variable_is_explained_in_the_example_and_empty_there():
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))

    assert set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", TEXT)) <= set(example)
    assert not any(example.values())


def test_the_gateway_has_the_routes_of_the_one_machine_each_to_both_hosts():
    def routes(path):
        return re.findall(r"(handle(?:_path)? [^\s{]*) ?\{\s+reverse_proxy ([a-z]+-web)", path.read_text())

    gateway = (FOLDER / "Caddyfile").read_text()

    assert routes(FOLDER / "Caddyfile") == routes(CHECKOUT / "ops" / "compose" / "Caddyfile")
    for line in re.findall(r"reverse_proxy (.+) \{", gateway):
        first, second = line.split()
        assert first.replace("-a:", "-b:") == second
    assert gateway.count("import two_hosts") == gateway.count("reverse_proxy ")


def test_a_copy_of_the_primary_waits_for_no_checkpoint():
    patroni = yaml.safe_load((FOLDER / "patroni.yml").read_text())

    assert patroni["postgresql"]["basebackup"] == [{"checkpoint": "fast"}]


def test_no_failed_request_takes_a_host_out_of_the_gateway():
    gateway = (FOLDER / "Caddyfile").read_text()

    assert "health_uri /healthz" in gateway
    assert not re.search(r"^\s*(fail_duration|max_fails|unhealthy_)", gateway, re.MULTILINE)


def test_at_least_twenty_five_kinds_of_fault_are_struck_and_each_day_one_of_each_deed_but_freezing():
    assert len({str(fault) for fault in FAULTS}) == len(FAULTS) >= 25
    assert {Deed.KILL, Deed.CUT, Deed.SWITCH} <= {fault.deed for fault in FAULTS if fault.is_daily}
