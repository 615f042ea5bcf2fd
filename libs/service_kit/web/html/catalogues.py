"""The message catalogues: the kit's and one for each service, a folder a language, `messages.po` in git, `.mo` made.

`extract` collects the marked texts of Python and Jinja and updates every `.po`; `check` fails where a text has no Hindi
or Bengali, or where a translation lost a placeholder; `compile` writes the `.mo` files. Run by `make`.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from service_kit.translations import compile_catalogue, po_files

LANGUAGES = ("hi", "bn")
SERVICES = ("directory_service", "referral_service", "notification_service")
_METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS = {"**/templates/**.html": {"silent": "false"}}
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def sources() -> dict[Path, list[Path]]:
    """Translations directory → folders whose texts belong into it, for the kit and for each service at hand."""
    found = {}
    for package, translations in (
        ("service_kit", "web/html/translations"),
        ("setu", "translations"),
        *((name, "translations") for name in SERVICES),
    ):
        spec = find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            root = Path(next(iter(spec.submodule_search_locations)))
            found[root / translations] = [root]
    return found


def compile_all() -> None:
    """Compile every catalogue."""
    for po in po_files(sources()):
        compile_catalogue(po, po.with_suffix(".mo"))


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name)


def template(folders: Iterable[Path]) -> Catalog:
    """Collect the marked texts of the folders."""
    catalog = Catalog(project="Setu", charset="utf-8")
    for folder in folders:
        found = extract_from_dir(str(folder), _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("L10N:",))
        for name, _line, text, comments, _context in found:
            if "migrations" not in name:
                catalog.add(text, locations=[(name, 0)], auto_comments=comments)
    return catalog


def extract(only: str = "") -> None:
    """Update the `.po` files (only that package's) from the source: new texts come in empty, gone ones go."""
    for translations, folders in sources().items():
        if only and only not in translations.parts:
            continue
        texts = template(folders)
        for language in LANGUAGES:
            po = translations / language / "LC_MESSAGES" / "messages.po"
            po.parent.mkdir(parents=True, exist_ok=True)
            catalog = _catalog(po, language)
            catalog.update(texts, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            with po.open("wb") as file:
                write_po(file, catalog, width=120, no_location=True, omit_header=True, sort_output=True)


def missing() -> Iterator[str]:
    """Describe each text without a translation in the own or the kit's catalogue, or with one that lost a part."""
    for translations, folders in sources().items():
        texts = [message for message in template(folders) if message.id]
        for language in LANGUAGES:
            po = translations / language / "LC_MESSAGES" / "messages.po"
            catalog, shared = _catalog(po, language), _catalog(_kit_po(language), language)
            for message in texts:
                fault = _fault(message, catalog.get(message.id)) and _fault(message, shared.get(message.id))
                if fault:
                    yield f"{po}: {fault}: {message.id!r}"


def _catalog(po: Path, language: str) -> Catalog:
    return _read(po) if po.exists() else Catalog(locale=language)


def _kit_po(language: str) -> Path:
    return Path(__file__).parent / "translations" / language / "LC_MESSAGES" / "messages.po"


def _fault(source: Message, translated: Message | None) -> str | None:
    if translated is None or translated.fuzzy or not all(_forms(translated.string)):
        return "not translated"
    wanted = set(_PLACEHOLDER.findall(" ".join(_forms(source.id)))) - {"num"}
    given = set(_PLACEHOLDER.findall(" ".join(_forms(translated.string)))) - {"num"}
    return "placeholders differ" if wanted != given else None


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
