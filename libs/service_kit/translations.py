"""Message catalogues outside of any request: mark a text, compile what is stale, translate for a mail.

Not for pages: those read the reader's language (`service_kit.web.html.i18n`).
"""

import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations


def N_(text: str) -> str:
    """Mark a text for the catalogues without translating it yet."""
    return text


@lru_cache(maxsize=64)
def translator(language_tag: str, *directories: Path) -> NullTranslations:
    """Texts of these catalogues in one language, each from the first that has it; English where none has."""
    first, *others = (Translations.load(str(directory), [language_tag]) for directory in directories)
    for other in others:
        first.add_fallback(other)
    return first


def po_files(directories: Iterable[Path]) -> Iterator[Path]:
    """Return every `.po` under the directories."""
    for directory in directories:
        yield from sorted(directory.glob("*/LC_MESSAGES/messages.po"))


def compile_stale(directories: Iterable[Path]) -> None:
    """Compile what is missing or older than its source; a read-only file system must have been given the files."""
    for po in po_files(directories):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            compile_catalogue(po, mo)


def compile_catalogue(po: Path, mo: Path) -> None:
    """Write the `.mo` of a `.po`, at once: several processes may start together."""
    with po.open("rb") as source, tempfile.NamedTemporaryFile(dir=mo.parent, delete=False) as half:
        write_mo(half, read_po(source, locale=po.parent.parent.name))
    Path(half.name).chmod(0o644)  # the temporary file is private, the catalogue is not
    Path(half.name).replace(mo)
