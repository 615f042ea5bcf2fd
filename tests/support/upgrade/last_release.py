"""The last release of this checkout: named by CHANGELOG.md, unpacked from git's history so that its programs run.

It is unpacked once for all runs, under `var/`: to compile its modules anew took a third of the time of an upgrade. Its
web processes keep there what they compile of their templates, as this checkout's do for the length of a run.
"""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local_stack.layout import CHECKOUT

ROOTS = ("services", "libs", "ops")
KEEP_TEMPLATES = """import sys
if "gunicorn" in sys.orig_argv:
    from flask import Flask
    from jinja2 import FileSystemBytecodeCache
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(FOLDER)}
"""
HEADING = re.compile(r"^## (?P<version>\d+\.\d+\.\d+)\b.*\nCommit `(?P<commit>[0-9a-f]{40})`\.$", re.MULTILINE)


class NoRelease(Exception):
    """The last release is not named, or its commit is not in this clone."""


@dataclass(frozen=True)
class Release:
    """A version and the commit that it stands at."""

    version: str
    commit: str

    def unpack(self) -> "Programs":
        """Lay out its files, with an environment of their own, unless an earlier run has. Raises NoRelease."""
        place = CHECKOUT / "var" / "last-release" / f"{self.commit[:12]}-{_interpreter()}"
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            making = Path(tempfile.mkdtemp(dir=place.parent))  # another process may be at it too, and this one killed
            try:
                self._extract(making)
                Programs(making).make_environment(as_if_at=place)
                with suppress(OSError):  # the other one was quicker
                    making.rename(place)
            finally:
                shutil.rmtree(making, ignore_errors=True)
        return Programs(place)

    def _extract(self, folder: Path) -> None:
        packed = _git("archive", "--format=tar", self.commit)
        if packed is None:
            raise NoRelease(
                f"Commit {self.commit} of release {self.version} is not in this clone. Bring the whole history here: "
                "git fetch --unshallow (or, where that says that it is whole, git fetch origin)."
            )
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, filter="data")


def _interpreter() -> str:
    """A digest of what its environment is made from: which Python, and where it finds this checkout's packages."""
    made_from = f"{sys.version} {sys.executable} {sysconfig.get_path('purelib')} {KEEP_TEMPLATES}"
    return hashlib.sha256(made_from.encode()).hexdigest()[:12]


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

    def make_environment(self, *, as_if_at: Path) -> None:
        """Make the virtual environment, and compile what the release's own `make` and its first start compile.

        `as_if_at`: where the folder will stand when it is complete.
        """
        venv = self.folder / ".venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        (site,) = venv.glob("lib/python*/site-packages")
        (self.folder / "templates").mkdir()
        self._lead_to(self.folder, site)
        self.run("-m", "service_kit.web.html.i18n", "compile")
        self.run("-m", "compileall", "-q", "-s", str(self.folder), "-p", str(as_if_at), *ROOTS)
        self._lead_to(as_if_at, site)

    @staticmethod
    def _lead_to(folder: Path, site: Path) -> None:
        roots = [str(folder / name) for name in ROOTS]
        (site / "kept_templates.py").write_text(KEEP_TEMPLATES.replace("FOLDER", repr(str(folder / "templates"))))
        lines = [*roots, sysconfig.get_path("purelib"), "import kept_templates"]
        (site / "setu.pth").write_text("\n".join(lines) + "\n")

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
