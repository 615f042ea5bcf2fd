"""The lexicon of this process, made at the first search: tables of words, and the catalogues' names and meanings."""

from functools import cache
from pathlib import Path

import directory_service
import setu
from directory_service.finding.domain.lexicon import Lexicon, build_lexicon
from directory_service.finding.domain.wording import Wording, read_wording
from directory_service.finding.store.search.fields import analyzer, folded_text
from directory_service.listings.domain.attributes import FLAGS
from service_kit.translations import compile_stale, translator
from setu.languages import SCREEN_LANGUAGES
from setu.needs import NEEDS

_analyzer = analyzer()
_HELP = frozenset({"needs", "statements"})
_NEEDS, _STATEMENTS = (Path(str(each.__file__)).parent / "translations" for each in (setu, directory_service))


def cut(text: str) -> list[str]:
    """The words of a text as they are indexed."""
    return _analyzer.analyze(folded_text(text))


def wording_of(words: str) -> Wording:
    """What somebody typed, as segments."""
    return read_wording(cut(words), lexicon())


def help_named(words: str) -> str:
    """Of what somebody typed the words that name a kind of help ("methadone" of "methadone 700001")."""
    segments = wording_of(words).segments
    named = [each for each in segments if any(concept.field in _HELP for concept in each.meant)]
    return " ".join(token for segment in named for token in segment.tokens)


def names_of_needs(language: str) -> dict[str, str]:
    """Need → its name in a language of the screens."""
    return {need.code: translator(language, _NEEDS).gettext(need.name) for need in NEEDS}


@cache
def lexicon() -> Lexicon:
    """All words that are known, in all languages of the screens."""
    compile_stale((_NEEDS, _STATEMENTS))
    names = {
        "needs": {need.code: _in_all_languages(_NEEDS, need.name) for need in NEEDS},
        "statements": {flag.field: _in_all_languages(_STATEMENTS, flag.name) for flag in FLAGS},
    }
    return build_lexicon(cut, names, {need.code: _in_all_languages(_NEEDS, need.meaning, need.hint) for need in NEEDS})


def _in_all_languages(catalogue: Path, *texts: str) -> list[str]:
    translators = [translator(language, catalogue) for language in SCREEN_LANGUAGES]
    return [each.gettext(text) for each in translators for text in texts]
