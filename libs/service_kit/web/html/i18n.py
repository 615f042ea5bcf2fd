"""The reader's language: texts, numbers and dates.

Commands: `python -m service_kit.web.html.i18n compile|extract|check`.

`_`, `ngettext` and `lazy_gettext` look texts up in the kit's catalogue and the service's own. The language comes from
the switch of a form that is shown again (`show_in`), else from `lang` in the address (a link that was passed on), the
cookie `setu_lang`, the session, or Accept-Language.
`SETU_PSEUDO_LANGUAGE=1` adds en-XA, which wraps every translated text as ⟦…⟧, so that a text that nobody marked stands
out. JSON routes never come here.
Outside of a request (mails) use `service_kit.translations.translator`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_babel
from flask import Flask, g, has_request_context, request
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.exceptions import HTTPException

from service_kit.translations import compile_stale
from service_kit.web.access.require import maybe_principal
from service_kit.web.context import context
from service_kit.web.html.catalogues import main
from service_kit.web.site import site

PSEUDO = "en-XA"
COOKIE = "setu_lang"
PARAMETER = "lang"
SHOW_IN = "show_in"
_BENGALI = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
KIT_TRANSLATIONS = Path(__file__).parent / "translations"


def gettext(text: str, **values: Any) -> str:
    """The text in the reader's language, `%(name)s` filled in."""
    found = _wrapped(_texts().ugettext(text))
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The singular or plural text for `num`, which is also filled in as `%(num)s`."""
    found = _wrapped(_texts().ungettext(singular, plural, num))
    return found % {"num": number(num), **values}


_ = gettext


def lazy_gettext(text: str, **values: Any) -> LazyString:
    """Like gettext, looked up when it is shown; for texts that stand at module level."""
    return LazyString(gettext, text, **values)


def language() -> str:
    """The reader's language tag, one of the site's, or en-XA where the pseudo-language is on."""
    if not has_request_context():
        return "en"
    if "setu_language" not in g:
        g.setu_language = _choose()
    return str(g.setu_language)


def asked_to_show() -> bool:
    """Whether the language switch sent this form: it is to be shown again with what was typed, and nothing done."""
    return switched_to() in choices()


def switched_to() -> str | None:
    """What the language switch of a form said; None without one, or where the body is refused anyway."""
    try:
        return request.form.get(SHOW_IN)
    except HTTPException:
        return None


@contextmanager
def in_language(tag: str) -> Iterator[None]:
    """Say everything within the block in this language, whoever reads; for what is handed on to somebody else.

    Only inside a request. The pseudo-language stands in for English here, too.
    """
    before = language()
    g.setu_language = PSEUDO if (before, tag) == (PSEUDO, "en") else tag
    try:
        with flask_babel.force_locale(tag):
            yield
    finally:
        g.setu_language = before


def number(value: float) -> str:
    """A number in the reader's digits and grouping."""
    return digits(str(flask_babel.format_decimal(value)))


def digits(text: str) -> str:
    """The text with the reader's own digits, where the language writes its numbers with them (CLDR: Bengali does)."""
    return text.translate(_BENGALI) if language() == "bn" else text


def choices() -> dict[str, str]:
    """Languages that the reader may pick, each by its own name."""
    return {**site().languages, PSEUDO: "Pseudo"} if context().settings.pseudo_language else dict(site().languages)


def _choose() -> str:
    offered = choices()
    for chosen in (switched_to(), request.args.get(PARAMETER), request.cookies.get(COOKIE)):
        if chosen in offered:
            return str(chosen)
    who = maybe_principal()
    if who is not None and who.language in offered:
        return who.language
    return request.accept_languages.best_match(list(site().languages), "en")


def _texts() -> Any:
    """The catalogue of the reader's language, found once a request: a page has a hundred texts."""
    if not has_request_context():
        return flask_babel.get_translations()
    tag, found = language(), g.get("setu_texts")
    if found is None or found[0] != tag:
        found = g.setu_texts = tag, flask_babel.get_translations()
    return found[1]


def _wrapped(text: str) -> str:
    return f"⟦{text}⟧" if has_request_context() and language() == PSEUDO else text


def install(app: Flask, directories: Sequence[Path]) -> None:
    """Set up texts and formats of the application; compiles catalogues whose source is newer."""
    compile_stale(directories)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(directory) for directory in directories)
    flask_babel.Babel(
        app,
        locale_selector=lambda: language().partition("-")[0],
        timezone_selector=lambda: site().time_zone,
    )
    app.jinja_env.install_gettext_callables(gettext, _plural, newstyle=True)  # type: ignore[attr-defined]  # added by its i18n extension
    texts = app.jinja_env.globals
    texts.update(
        _=texts["gettext"], ngettext=_with_digits(texts["ngettext"]), reader_language=language, languages=choices
    )


def _with_digits(plural: Any) -> Any:
    @pass_context
    def ngettext(at: Context, singular: str, several: str, num: int, **values: Any) -> Any:
        return plural(at, singular, several, num, **{"num": number(num), **values})

    return ngettext


def _plural(singular: str, plural: str, num: int) -> str:
    return _wrapped(_texts().ungettext(singular, plural, num))


if __name__ == "__main__":
    main()
