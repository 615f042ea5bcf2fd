"""An operator who types what docs/operations.md says about a cluster, block by block, and nothing else."""

import re
import subprocess

from cluster_check.containers import Containers, Refused
from local_stack.layout import CHECKOUT

PAGE = CHECKOUT / "docs" / "operations.md"
LOOK = "A look"
REPLACE = "A node is replaced"
ARCHIVE = "The archive"
RESTORE = "The archive is restored on new machines"
RENEW = "A certificate is renewed"
FORWARD = "Forward and back"


def commands_under(heading: str) -> str:
    """The shell commands under a heading of the page, as they stand there. Raises KeyError where there are none."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```sh\n(.*?)^```", section[1], re.MULTILINE | re.DOTALL) if section else []
    if not blocks:
        raise KeyError(heading)
    return "".join(f"{block}(exit $?)\n" for block in blocks)  # a chain of `&&` that broke ends no shell by itself


def type_commands(containers: Containers, heading: str, patience_s: float = 900) -> str:
    """Type them into one shell that stops at the first failure; what they printed. Raises Refused."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands_under(heading)],
        cwd=CHECKOUT,
        env=containers.environment(),
        capture_output=True,
        text=True,
        timeout=patience_s,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise Refused(f"“{heading}” of {PAGE.name}: {(done.stderr + done.stdout).strip()[-1200:]}")
    return done.stdout
