"""The cluster as the check sees it: started with a sample directory, asked who leads, waited for until it is whole."""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from cluster_check.containers import Containers, Refused
from cluster_check.patroni import question, roles_as_told_by
from local_stack.journey import Broken
from local_stack.layout import SERVICES
from local_stack.sign_in import sign_in
from local_stack.steps import say

DATABASES = ("pg1", "pg2", "pg3")
BROKERS = ("rabbit1", "rabbit2", "rabbit3")
HOSTS = {
    "a": ("etcd1", "pg1", "rabbit1", *(f"{service}-{kind}-a" for service in SERVICES for kind in ("web", "worker"))),
    "b": ("etcd2", "pg2", "rabbit2", *(f"{service}-{kind}-b" for service in SERVICES for kind in ("web", "worker"))),
    "c": ("etcd3", "pg3", "rabbit3"),
}
ALL = ("caddy", *(part for parts in HOSTS.values() for part in parts))


@dataclass
class Cluster:
    """A running cluster."""

    containers: Containers
    officers: int = 0  # so many more than the sample's own
    _tokens: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start every container and wait until each is healthy. Raises Refused."""
        self.containers.compose("up", "--detach", "--wait", "--wait-timeout", "600", "--quiet-pull", *ALL)

    @cached_property
    def ready(self) -> dict[str, Any]:
        """Addresses, and accounts of the sample directory, which is loaded at the first call."""
        made = f"setu directory sample --accounts-file /tmp/sample.json --officers {self.officers}"
        sample = f"{made} >&2 && cat /tmp/sample.json"
        told = self.containers.execute("directory-worker-a", "sh", "-c", sample, patience_s=300)
        url = self.containers.url
        bases = {"directory": f"{url}/directory", "referral": url, "notification": f"{url}/notifications"}
        return dict(json.loads(told)) | bases

    def token(self, role: str) -> str:
        """A session of this role, the same at each call."""
        if role not in self._tokens:
            self._tokens[role] = sign_in(self.ready["directory"], self.ready["accounts"][role])
        return self._tokens[role]

    def database_roles(self) -> dict[str, str]:
        """Member → `leader`, `sync_standby`, `replica`, of those that run as they should; {} while nobody tells."""
        return next((told for part in DATABASES if (told := roles_as_told_by(self.containers, part))), {})

    def database(self, role: str) -> str:
        """The container of the server in this role. Raises Broken where there is none."""
        for part, its in self.database_roles().items():
            if its == role:
                return part
        raise Broken(f"no database server is the {role}")

    def switch_database(self) -> None:
        """Hand the primary's place over in good order, as for maintenance."""
        leader, standby = self.database("leader"), self.database("sync_standby")
        command = ("patronictl", "switchover", "setu", "--force")
        self.containers.execute(leader, *command, "--leader", leader, "--candidate", standby)

    def blip(self, broker: str) -> None:
        """Let a broker lose the others for some milliseconds: less than any time-out, and Mnesia stays parted."""
        others = ", ".join(f"rabbit@{each}" for each in BROKERS if each != broker)
        act = f"[erlang:disconnect_node(Node) || Node <- nodes()], [net_adm:ping(Node) || Node <- [{others}]]."
        self.containers.execute(broker, "rabbitmqctl", "-q", "eval", act)

    def inboxes(self) -> dict[str, tuple[str, set[str]]]:
        """Service → the node that leads its queue, and those that are online with it. Raises Broken.

        One question for all three: each starts an Erlang of its own, which takes seconds beside a load.
        """
        asked = ("rabbitmqctl", "-q", "list_queues", "--formatter", "json", "name", "leader", "online")
        for part in BROKERS:
            try:
                told = json.loads(self.containers.execute(part, *asked))
            except (Refused, ValueError):
                continue
            found = {each["name"]: each for each in told if each["leader"]}
            if all(f"{service}_service.inbox" in found for service in SERVICES):
                queues = {service: found[f"{service}_service.inbox"] for service in SERVICES}
                return {name: (_host(its["leader"]), set(map(_host, its["online"]))) for name, its in queues.items()}
        raise Broken("no node knows all queues and who leads them")

    def rows(self, service: str, query: str) -> list[list[str]]:
        """What a service's database answers to a query, as the administrator, on the primary."""
        shown = ("psql", "-d", f"setu_{service}", "-X", "-A", "-t", "-F", "\t", "-c", query)
        told = self.containers.execute(self.database("leader"), *shown)
        return [line.split("\t") for line in told.splitlines()]

    def number(self, service: str, query: str) -> int:
        """The one number that a query answers."""
        return int(self.rows(service, query)[0][0])

    def wait_until_whole(self, struck: Sequence[str] = ALL, patience_s: float = 240) -> None:
        """Until databases, queues and web processes are there, of what may have been struck. Raises Broken."""
        _wait(self._databases_are_whole, patience_s, "the databases do not become whole")
        if set(struck) & set(BROKERS):
            _wait(self._queues_are_whole, patience_s, "the queues do not become whole")
            for parted in brokers_to_restart(
                self._missed_by_broker()
            ):  # “A look”: an operator who sees it restarts them
                say(f"  {parted} does not see the others, or is not seen: it is restarted")
                self.containers.compose("restart", parted)
                _wait(self._queues_are_whole, patience_s, f"the queues do not become whole without {parted}")
        for part in ALL:
            if "-web-" in part and part in struck:
                _wait(partial(self._answers, part), patience_s, f"{part} does not answer")

    def _databases_are_whole(self) -> bool:
        """Whether all three tell the same: one that was cut off goes on telling what was before."""
        first, *others = (roles_as_told_by(self.containers, part) for part in DATABASES)
        return sorted(first.values()) == ["leader", "replica", "sync_standby"] and all(told == first for told in others)

    def _queues_are_whole(self) -> bool:
        """Whether all members are there, and each node is at work: one that paused itself still counts as a member."""
        try:
            self._missed_by_broker()  # each answers
            return all(len(online) == len(BROKERS) for _, online in self.inboxes().values())
        except (Broken, Refused):
            return False

    def _missed_by_broker(self) -> Mapping[str, Collection[str]]:
        """Broker → whom it does not see, as each tells of itself: of two that are parted one may not know it.

        Raises Refused while one starts, or has paused itself for the want of the others.
        """
        asked, missed = ("rabbitmqctl", "cluster_status", "--formatter", "json"), {}
        for part in BROKERS:
            told = json.loads(self.containers.execute(part, *asked))["partitions"]
            missed[part] = {_host(node) for node in told.get(f"rabbit@{part}", [])}
        return missed

    def _answers(self, part: str) -> bool:
        try:
            return " 200 " in self.containers.execute(part, "bash", "-c", question(8000, "/readyz")).partition("\n")[0]
        except Refused:
            return False


def brokers_to_restart(missed: Mapping[str, Collection[str]]) -> list[str]:
    """Those that miss both others, else those that are missed; `missed`: broker → whom it does not see.

    Where each misses both, one goes on, and the others join it.
    """
    alone = sorted(broker for broker, others in missed.items() if len(others) > 1)
    return alone[: len(BROKERS) - 1] or sorted({other for others in missed.values() for other in others})


def _host(node: str) -> str:
    return node.partition("@")[2]


def _wait(holds: Callable[[], bool], patience_s: float, words: str) -> None:
    end = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > end:
            say(f"! {words}")
            raise Broken(words)
        time.sleep(1)
