"""The last release of this checkout: named by CHANGELOG.md, unpacked from git's history so that its programs run."""

import io
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
from dataclasses import dataclass
from pathlib import Path

from local_stack.layout import CHECKOUT

HEADING = re.compile(r"^## (?P<version>\d+\.\d+\.\d+)\b.*\nCommit `(?P<commit>[0-9a-f]{40})`\.$", re.MULTILINE)


class NoRelease(Exception):
    """The last release is not named, or its commit is not in this clone."""


@dataclass(frozen=True)
class Release:
    """A version and the commit that it stands at."""

    version: str
    commit: str

    def unpack(self, folder: Path) -> "Programs":
        """Lay out its files in an empty folder, with an environment of their own. Raises NoRelease."""
        packed = _git("archive", "--format=tar", self.commit)
        if packed is None:
            raise NoRelease(
                f"Commit {self.commit} of release {self.version} is not in this clone. Bring the whole history here: "
                "git fetch --unshallow (or, where that says that it is whole, git fetch origin)."
            )
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, filter="data")
        programs = Programs(folder)
        programs.make_environment()
        return programs


@dataclass(frozen=True)
class Programs:
    """A release's files and a virtual environment that finds them first, then the packages of this checkout.

    The packages are this checkout's, so a release whose lock had others is tried under the newer ones.
    """

    folder: Path

    @property
    def python(self) -> str:
        """The interpreter whose `-m` runs this release."""
        return str(self.folder / ".venv" / "bin" / "python")

    def make_environment(self) -> None:
        """Make the virtual environment, and compile what the release's own `make` compiles."""
        venv = self.folder / ".venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        (site,) = venv.glob("lib/python*/site-packages")
        roots = [str(self.folder / name) for name in ("services", "libs", "ops")]
        (site / "setu.pth").write_text("\n".join([*roots, sysconfig.get_path("purelib")]) + "\n")
        self.run("-m", "service_kit.web.html.i18n", "compile")

    def run(self, *arguments: str) -> str:
        """Run the interpreter with these arguments to the end, and give what it printed."""
        done = subprocess.run(
            [self.python, *arguments], cwd=self.folder, env=bare_environment(), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def bare_environment() -> dict[str, str]:
    """This process's variables without those that would lead to this checkout's files or servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SETU_", "PYTHON", "MAKE"))}


def last_release() -> Release:
    """Read the newest release's heading in CHANGELOG.md. Raises NoRelease; also where a tag names another commit."""
    found = HEADING.search((CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if found is None:
        raise NoRelease("CHANGELOG.md names no release: “## 0.1.0 - date”, and below it “Commit `40 digits`.”")
    release = Release(found["version"], found["commit"])
    tagged = _git("rev-parse", "--verify", "--quiet", f"refs/tags/{release.version}^{{commit}}")
    if tagged is not None and tagged.decode().strip() != release.commit:
        raise NoRelease(f"CHANGELOG.md and the tag {release.version} name different commits.")
    return release


def _git(*arguments: str) -> bytes | None:
    """What git prints; None where it fails."""
    done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None
