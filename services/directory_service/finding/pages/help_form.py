"""What a visitor asks for on the front page: read from the form, checked, and written back into it.

Nothing here stands in an address but the place. What cannot be understood is told beside its field; what nobody can
have chosen on the page (a made-up code) is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from unicodedata import category

from werkzeug.datastructures import MultiDict

from directory_service.finding.store.search.lexicon import help_named
from directory_service.finding.use_cases.look_for_help import (
    RADII,
    HelpQuery,
)
from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.pin_codes import (
    is_meant_as_pin_code,
    pin_code_in,
)
from directory_service.listings.domain.text_kinds import LANGUAGE
from directory_service.listings.domain.value_kinds import whole_number
from service_kit.web.html.i18n import gettext
from setu.needs import BY_CODE

AT_ONCE = 30
MOST = 500
LONGEST = 80
ADULT, OLDEST = 18, 120
_FLAGS = frozenset(flag.field for flag in FLAGS)
_USUAL = HelpQuery()


@dataclass(frozen=True)
class HelpForm:
    """The form. `age` and `child` as typed; `district` only from an address."""

    place: str = ""
    district: int | None = None
    need: str | None = None
    open_now: bool = False
    taking: bool = False
    radius: int = _USUAL.radius
    statements: tuple[str, ...] = ()
    language: str | None = None
    age: str = ""
    child: str = ""
    shown: int = AT_ONCE

    @property
    def asks_more(self) -> bool:
        """Whether anything beyond place, need and "open now" is asked for."""
        return bool(self.taking or self.statements or self.language or self.age or self.child)

    def errors(self) -> dict[str, str]:
        """Field → what to do about it."""
        found = {}
        if is_meant_as_pin_code(self.place) and pin_code_in(self.place) is None:
            found["place"] = gettext("A PIN code has six digits, such as 700001. Or write the district or town.")
        if self.age and _number_up_to(self.age, OLDEST) is None:
            found["age"] = gettext("Write the age in years, as a number.")
        if self.child and _number_up_to(self.child, ADULT - 1) is None:
            found["child"] = gettext("Write the child's age in years, from 0 to 17.")
        return found

    def wish(self, districts: tuple[int, ...]) -> HelpQuery:
        """What it means; `districts` are those that the place names, if it names any."""
        postcode = None if districts else pin_code_in(self.place)
        return HelpQuery(
            words="" if districts else help_named(self.place) if postcode else self.place,
            districts=districts,
            postcode=postcode,
            radius=self.radius,
            need=self.need,
            open_now=self.open_now,
            taking=self.taking,
            statements=self.statements,
            language=self.language,
            age=_number_up_to(self.age, OLDEST),
            child=_number_up_to(self.child, ADULT - 1),
        )

    def like(self, wish: HelpQuery) -> "HelpForm":
        """The form that asks for a wish with less in it, at the same place."""
        return replace(
            self,
            radius=wish.radius,
            need=wish.need,
            open_now=wish.open_now,
            taking=wish.taking,
            statements=wish.statements,
            language=wish.language,
            age="" if wish.age is None else str(wish.age),
            child="" if wish.child is None else str(wish.child),
            shown=AT_ONCE,
        )

    def fields(self) -> Iterator[tuple[str, str]]:
        """Names and values that a form needs to ask for the same."""
        single = {
            "place": self.place,
            "need": self.need or "",
            "open_now": "yes" if self.open_now else "",
            "taking": "yes" if self.taking else "",
            "radius": "" if self.radius == _USUAL.radius else str(self.radius),
            "language": self.language or "",
            "age": self.age,
            "child": self.child,
            "shown": "" if self.shown == AT_ONCE else str(self.shown),
        }
        yield from ((name, value) for name, value in single.items() if value)
        yield from (("statements", said) for said in self.statements)


def read_form(form: MultiDict[str, str]) -> HelpForm:
    """The form as it was sent."""
    radius, shown = _number_up_to(form.get("radius", ""), max(RADII)), _number_up_to(form.get("shown", ""), 10_000)
    return HelpForm(
        place=trimmed_text(form.get("place", "")),
        need=form["need"] if form.get("need") in BY_CODE else None,
        open_now=form.get("open_now") == "yes",
        taking=form.get("taking") == "yes",
        radius=radius if radius in RADII else _USUAL.radius,
        statements=tuple(dict.fromkeys(said for said in form.getlist("statements") if said in _FLAGS)),
        language=form["language"] if LANGUAGE.takes(form.get("language")) else None,
        age=trimmed_text(form.get("age", ""), 8),
        child=trimmed_text(form.get("child", ""), 8),
        shown=min(shown or AT_ONCE, MOST),
    )


def trimmed_text(text: str, longest: int = LONGEST) -> str:
    """So many characters, without what no name contains and no database stores (controls, surrogates)."""
    return "".join(symbol for symbol in text if category(symbol) not in {"Cc", "Cs"})[:longest].strip()


def _number_up_to(text: str, most: int) -> int | None:
    """A whole number from 0 to `most`, in the digits of any script; None for anything else."""
    kind = whole_number(0, most)
    try:
        return int(kind.check(kind.typed(text)))
    except InvalidFields:
        return None
