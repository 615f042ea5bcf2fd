"""A cluster of its own, from images to the last container taken down: what the check and the load have in common."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cluster_check.certificates import Authority
from cluster_check.cluster import Cluster
from cluster_check.containers import Containers
from local_stack.compose import write_env
from local_stack.layout import CHECKOUT
from local_stack.steps import say, step


@contextmanager
def cluster_of_its_own(project: str, *, officers: int = 0) -> Iterator[tuple[Cluster, Authority]]:
    """Build, start, and leave nothing behind; every client of this process trusts its certificates. Raises Refused.

    `officers`: so many more than the sample's own.
    """
    folder = CHECKOUT / "var" / project
    containers = Containers(project, folder / ".env", int(os.environ.get("SETU_PORT_BASE", "8000")) + 90)
    write_env(containers.env_file, definitions=folder / "definitions.json", http_port=containers.port)
    authority = Authority.begin(folder / "tls")
    authority.issue()
    os.environ["SSL_CERT_FILE"] = str(authority.trusted)
    containers.compose("down", "--volumes", "--timeout", "5")
    try:
        with step("Building four images (minutes the first time)"):
            containers.compose("build", "--quiet")
        cluster = Cluster(containers, officers)
        with step("Starting a cluster of 22 containers"):
            cluster.start()
        yield cluster, authority
    except BaseException:
        _tell_of_containers(containers)
        raise
    finally:
        began = time.monotonic()
        containers.compose("down", "--volumes", "--timeout", "5")
        shutil.rmtree(folder, ignore_errors=True)
        say(f"  taken down in {time.monotonic() - began:.0f} s")


def _tell_of_containers(containers: Containers) -> None:
    sys.stderr.write(containers.compose("ps", "--all"))
    sys.stderr.write(containers.compose("logs", "--tail", "15", "--no-color"))
