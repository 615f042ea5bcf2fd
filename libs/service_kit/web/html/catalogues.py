"""Message catalogues: the kit's, `setu`'s and each service's, a folder a language, `messages.po` in git, `.mo` made.

`extract` runs `pybabel extract` (`babel.cfg` says what is read) and `pybabel update` for each package: new texts come
in empty unless a shared catalogue has them, gone ones go, a header stays. `check` fails where a text has no Hindi or
Bengali, or where a translation lost a placeholder. `compile` writes the `.mo` files; it is not `pybabel compile`,
because several processes may start at once and each must find a whole file. Run by `make`.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

from service_kit.translations import compile_catalogue, po_files

LANGUAGES = ("hi", "bn")
_SHARED = {"service_kit": "web/html/translations", "setu": "translations"}
_SERVICES = ("directory_service", "referral_service", "notification_service")
_MAPPING = Path(__file__).parents[4] / "babel.cfg"
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def sources() -> dict[Path, Path]:
    """Translations directory → package whose texts belong into it, of those at hand."""
    found = {}
    for package, translations in {**_SHARED, **dict.fromkeys(_SERVICES, "translations")}.items():
        spec = find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            root = Path(next(iter(spec.submodule_search_locations)))
            found[root / translations] = root
    return found


def compile_all() -> None:
    """Compile every catalogue."""
    for po in po_files(sources()):
        compile_catalogue(po, po.with_suffix(".mo"))


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name)


def template(package: Path) -> Catalog:
    """The marked texts of a package, sorted."""
    with tempfile.TemporaryDirectory() as scratch:
        pot = Path(scratch, "messages.pot")
        options = ("--no-location", "--sort-output", "--omit-header", "--keyword=lazy_gettext", "--add-comments=L10N:")
        _pybabel("extract", *options, f"--mapping-file={_MAPPING}", f"--output-file={pot}", str(package))
        with pot.open("rb") as file:
            return read_po(file)


def _pybabel(*arguments: str) -> None:
    CommandLineInterface().run(["pybabel", "--quiet", *arguments])


def extract(only: str = "") -> None:
    """Update the `.po` files (only that package's) from the source."""
    for translations, package in sources().items():
        if only in {"", package.name}:
            texts = template(package)
            for language in LANGUAGES:
                _update(_po(translations, language), language, texts)


def _update(po: Path, language: str, texts: Catalog) -> None:
    own, shared = _catalog(po, language), _shared(language, besides=po)
    with tempfile.NamedTemporaryFile(suffix=".pot") as pot:
        write_po(pot, _without(texts, shared, own), omit_header=True)
        pot.flush()
        options = ["--init-missing", "--no-fuzzy-matching", "--ignore-obsolete", "--width=120", f"--locale={language}"]
        if not _has_header(po):
            options.append("--omit-header")
        _pybabel("update", *options, f"--input-file={pot.name}", f"--output-file={po}")


def _without(texts: Catalog, shared: list[Catalog], own: Catalog) -> Catalog:
    """The texts that the package's own catalogue has, or that no shared one translates."""
    left = Catalog()
    for message in texts:
        if message.id and (message.id in own or not any(message.id in each for each in shared)):
            left[message.id] = message
    return left


def _has_header(po: Path) -> bool:
    return po.exists() and re.search(r'^msgid ""\n(?!")', po.read_text(), re.MULTILINE) is not None


def missing() -> Iterator[str]:
    """Describe each text without a translation in the own or a shared catalogue, or with one that lost a part."""
    for translations, package in sources().items():
        texts = [message for message in template(package) if message.id]
        for language in LANGUAGES:
            po = _po(translations, language)
            catalogues = [_catalog(po, language), *_shared(language, besides=po)]
            for message in texts:
                faults = [_fault(message, each.get(message.id)) for each in catalogues]
                if all(faults):
                    yield f"{po}: {faults[0]}: {message.id!r}"


def _catalog(po: Path, language: str) -> Catalog:
    return _read(po) if po.exists() else Catalog(locale=language)


def _shared(language: str, *, besides: Path) -> list[Catalog]:
    """The catalogues that are read beside this one: the kit's by all, `setu`'s by the services."""
    shared = [_po(place, language) for place, package in sources().items() if package.name in _SHARED]
    return [_catalog(po, language) for po in takewhile(besides.__ne__, shared)]


def _po(translations: Path, language: str) -> Path:
    return translations / language / "LC_MESSAGES" / "messages.po"


def _fault(source: Message, translated: Message | None) -> str | None:
    if translated is None or translated.fuzzy or not all(_forms(translated.string)):
        return "not translated"
    if any(_says_twice(form) for form in _forms(translated.string)):
        return "says the same twice"
    return None if _placeholders(source.id) == _placeholders(translated.string) else "placeholders differ"


def _says_twice(text: str) -> bool:
    """What a merge of two catalogues leaves behind; a short text may be a word that stands twice."""
    half = len(text) // 2
    return half > 10 and text[:half] == text[half:]


def _placeholders(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    return set(_PLACEHOLDER.findall(" ".join(_forms(text)))) - {"num"}


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text or ""] if text is None or isinstance(text, str) else list(text)


@click.group()
def main() -> None:
    """Message catalogues of the kit and of the services."""


@main.command("compile")
def _compile_command() -> None:
    """Write the .mo files."""
    compile_all()


@main.command("extract")
@click.argument("only", default="")
def _extract_command(only: str) -> None:
    """Update the .po files from the source; ONLY names one package, such as referral_service."""
    extract(only)


@main.command("check")
def _check_command() -> None:
    """Fail where a text lacks Hindi or Bengali."""
    faults = list(missing())
    for fault in faults:
        click.echo(fault)
    sys.exit(1 if faults else 0)
