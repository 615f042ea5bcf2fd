"""Whatever the README and its sisters tell a person to type exists."""

import re
import subprocess

import click
import pytest

from local_stack.cli import commands
from local_stack.layout import CHECKOUT
from service_kit.cli import setu

PAGES = ["README.md", "CONTRIBUTING.md", "docs/operations.md", "docs/architecture.md", "docs/integrators.md"]


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


@pytest.mark.parametrize("page", PAGES)
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


def test_the_local_commands_have_words_for_people():
    assert all(command.help for command in commands.commands.values())
