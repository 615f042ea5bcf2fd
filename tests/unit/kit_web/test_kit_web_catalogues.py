"""The kit's own catalogues are whole, and the check that says so finds what it should."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from service_kit.translations import compile_stale
from service_kit.web.html import catalogues

PO = """
msgid "Sent to %(place)s"
msgstr "{hindi}"

msgid "One"
msgid_plural "%(num)s"
msgstr[0] "एक"
msgstr[1] "{many}"
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with two texts, of which the tests translate what they like."""
    (tmp_path / "page.py").write_text('_("Sent to %(place)s")\nngettext("One", "%(num)s", n)\n')
    monkeypatch.setattr(catalogues, "sources", lambda: {tmp_path / "translations": tmp_path})
    monkeypatch.setattr(catalogues, "LANGUAGES", ("hi",))
    return tmp_path


def _translate(package: Path, hindi: str, many: str) -> None:
    po = package / "translations" / "hi" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_text(PO.format(hindi=hindi, many=many))


def test_every_text_of_the_kit_is_in_hindi_and_bengali(monkeypatch: pytest.MonkeyPatch) -> None:
    kit = {texts: package for texts, package in catalogues.sources().items() if package.name == "service_kit"}
    monkeypatch.setattr(catalogues, "sources", lambda: kit)  # what `make test` asks of all, before its tests
    assert len(kit) == 1
    assert list(catalogues.missing()) == []


def test_extracting_again_changes_nothing(tmp_path: Path) -> None:
    kit = next(folder for folder in catalogues.sources() if "service_kit" in folder.parts)
    before = {po: po.read_text() for po in catalogues.po_files([kit])}

    catalogues.extract("service_kit")

    assert {po: po.read_text() for po in catalogues.po_files([kit])} == before
    assert len(before) == 2


@pytest.mark.parametrize(
    ("hindi", "many", "faults"),
    [
        ("%(place)s को भेजा", "%(num)s", 0),
        ("", "%(num)s", 1),
        ("भेजा", "%(num)s", 1),
        ("%(place)s %(other)s", "%(num)s", 1),
        ("%(place)s", "", 1),
        ("%(place)s को भेजा गया।" * 2, "%(num)s", 1),
    ],
)
def test_a_missing_text_or_placeholder_is_found(package: Path, hindi: str, many: str, faults: int) -> None:
    _translate(package, hindi, many)

    assert len(list(catalogues.missing())) == faults


def test_a_new_text_comes_in_empty_and_a_gone_one_goes(package: Path) -> None:
    _translate(package, "%(place)s", "%(num)s")
    (package / "page.py").write_text('_("New")\nngettext("One", "%(num)s", n)\n')

    catalogues.extract()

    written = next(catalogues.po_files([package / "translations"])).read_text()
    assert 'msgid "New"\nmsgstr ""' in written
    assert "Sent to" not in written
    assert 'msgstr[1] "%(num)s"' in written


def test_a_header_that_a_catalogue_has_stays(package: Path) -> None:
    _translate(package, "%(place)s को भेजा", "%(num)s")
    po = next(catalogues.po_files([package / "translations"]))
    header = 'msgid ""\nmsgstr ""\n"Language: hi\\n"\n"Last-Translator: Asha\\n"\n'
    po.write_text(header + po.read_text())

    catalogues.extract()

    with po.open("rb") as file:
        assert read_po(file).last_translator == "Asha"
    assert "को भेजा" in po.read_text()


def test_a_text_of_a_shared_catalogue_does_not_come_into_another(
    package: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = tmp_path_factory.mktemp("service")
    (service / "page.py").write_text('_("Sent to %(place)s")\n_("Its own")\n')
    both = {package / "translations": package, service / "translations": service}
    monkeypatch.setattr(catalogues, "sources", lambda: both)
    monkeypatch.setattr(catalogues, "_SHARED", {package.name: "translations"})
    _translate(package, "%(place)s को भेजा", "%(num)s")

    catalogues.extract()

    written = next(catalogues.po_files([service / "translations"])).read_text()
    assert 'msgid "Its own"' in written
    assert "Sent to" not in written
    assert [fault.rpartition(": ")[2] for fault in catalogues.missing()] == ["'Its own'"]


def test_compiling_makes_what_gettext_reads_and_only_when_it_is_stale(package: Path) -> None:
    _translate(package, "%(place)s को", "%(num)s")
    compile_stale([package / "translations"])
    mo = next(catalogues.po_files([package / "translations"])).with_suffix(".mo")
    first = mo.stat().st_mtime_ns

    compile_stale([package / "translations"])

    assert mo.stat().st_mtime_ns == first
    assert "को".encode() in mo.read_bytes()


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_one_text_has_one_translation_in_every_service(language: str) -> None:
    apart = {"", "Sent", "New", "Asked for", "From", "None", "To"}  # the header, and what has two senses
    found: dict[object, set[object]] = {}
    for po in catalogues.po_files(catalogues.sources()):
        if language in po.parts:
            with po.open("rb") as file:
                for message in read_po(file, locale=language):
                    found.setdefault(message.id, set()).add(message.string)
    assert {text: said for text, said in found.items() if len(said - {""}) > 1 and text not in apart} == {}
