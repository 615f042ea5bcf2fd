"""Whatever the README and its sisters tell a person to type exists."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from local_stack.cli import commands
from local_stack.layout import CHECKOUT
from setu_cli.__main__ import setu

PAGES = ["README.md", "CONTRIBUTING.md", "docs/operations.md", "docs/architecture.md", "docs/integrators.md"]
READMES = ["services/directory_service/README.md", "services/referral_service/README.md"]
READMES += ["services/notification_service/README.md", "libs/service_kit/README.md"]
SOURCES = ("libs", "services", "ops", "tests", "contracts")
SUFFIXES = {".py", ".html", ".css", ".js", ".txt", ".yaml"}


def text_of(page):
    return (CHECKOUT / page).read_text()


def make_targets():
    return set(re.findall(r"^([a-z-]+):.*## ", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_each_make_target_named_exists(page):
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(page), re.MULTILINE))

    assert named
    assert named <= make_targets()


def test_help_lists_every_target():
    shown = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout

    assert make_targets() == set(re.findall(r"^  make ([a-z-]+)", shown, re.MULTILINE))


@pytest.mark.parametrize("page", [*PAGES, *READMES])
def test_each_setu_command_named_exists(page):
    for line in re.findall(r"(?:`|bin/|^)setu ([a-z][a-z -]*[a-z])", text_of(page), re.MULTILINE):
        assert_command(line.split())


def assert_command(words):
    group = setu
    context = click.Context(group)
    for word in words:
        if not isinstance(group, click.Group):
            return  # an argument
        found = group.get_command(context, word)
        assert found, f"setu {' '.join(words)}: there is no {word}"
        group = found


@pytest.mark.parametrize("page", [*PAGES, "docs/privacy.md", "CHANGELOG.md"])
def test_each_link_leads_somewhere(page):
    for target in re.findall(r"(?:\]\(|src=\")(?!http)([^)#\"]+)", text_of(page)):
        assert ((CHECKOUT / page).parent / target).exists(), target


@pytest.mark.parametrize("page", [*PAGES, *READMES])
def test_each_module_that_is_run_and_each_variable_exists(page, sources):
    for module in re.findall(r"python -m ([a-z0-9_.]+)", text_of(page)):
        assert importlib.util.find_spec(module), module
    for program in re.findall(r"\.venv/bin/([a-z-]+)", text_of(page)):
        assert (Path(sys.executable).parent / program).exists(), program
    for name in re.findall(r"\bSETU_[A-Z_]*[A-Z]\b", text_of(page)):
        assert name in sources or name.removeprefix("SETU_") in sources, name


def test_each_selection_of_tests_named_finds_some(sources):
    """What a newcomer runs after a change: the folders are there, and each word of `-k` picks tests."""
    lines = re.findall(r"python -m pytest (.+)", text_of("CONTRIBUTING.md"))
    assert len(lines) > 3
    for line in lines:
        folders, _, words = line.split("`")[0].partition(" -q")
        for folder in folders.split():
            assert (CHECKOUT / folder).exists(), folder
        for word in re.findall(r"[a-z]+", words.removeprefix(" -k")):
            assert word == "or" or re.search(rf"def test_\w*{word}|test_\w*{word}\w*\.py", sources), word


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", *READMES])
def test_each_file_named_is_there(page):
    there = [f"/{path.relative_to(CHECKOUT)}" for path in files()]
    names = re.findall(r"`((?:[a-z_]+/)*[a-z_0-9]+\.(?:py|html|css|js|txt|yaml))`", text_of(page))
    assert names
    for name in names:
        assert any(path.endswith(f"/{name}") for path in there), name


@pytest.fixture(scope="module")
def sources():
    """The texts of all source files, each after its name."""
    return "\n".join(f"{path}\n{path.read_text(encoding='utf-8')}" for path in files())


def files():
    found = [path for top in SOURCES for path in (CHECKOUT / top).rglob("*") if path.suffix in SUFFIXES]
    return [*found, CHECKOUT / "docker-compose.yml", CHECKOUT / "docker-compose.cluster.yml"]


def test_the_local_commands_have_words_for_people():
    assert all(command.help for command in commands.commands.values())
