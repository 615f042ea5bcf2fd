"""DLT templates of SMS texts (India): which registered one stands for which text, by kind and language.

The law (TRAI's TCCCPR 2018) lets a text pass only as it was registered, word by word, with variables of at most 30
characters. Promises: a text is sent under a template that it matches, or not at all. Not for any other country's rules.
"""

import re
from dataclasses import dataclass

LONGEST_VARIABLE = 30
VARIABLES = ("{#var#}", "{#alphanumeric#}")
_VARIABLE = re.compile("|".join(map(re.escape, VARIABLES)))


@dataclass(frozen=True, slots=True)
class SmsText:
    """A text as Setu sends it, with what decides about its template. `language` is a BCP 47 code."""

    kind: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """One registered text; `kinds` None: of every kind of notice."""

    id: str
    language: str
    text: str
    kinds: frozenset[str] | None = None

    def stands_for(self, sms: SmsText) -> bool:
        """Whether it was registered for this kind and language, whatever it reads."""
        return self.language == sms.language and (self.kinds is None or sms.kind in self.kinds)

    def matches(self, text: str) -> bool:
        """Whether a text is this one, word by word, but for what stands in the variables."""
        fixed = [re.escape(part) for part in _VARIABLE.split(self.text)]
        return re.fullmatch(f"[^\n]{{1,{LONGEST_VARIABLE}}}".join(fixed), text) is not None


@dataclass(frozen=True, slots=True)
class Registration:
    """What an operator registered: `entity` and `header` (the sender shown) are those of the principal entity."""

    entity: str
    header: str
    templates: tuple[Template, ...]

    def template_of(self, sms: SmsText) -> Template | None:
        """Return the template under which a text may be sent; None: it may not."""
        return next((one for one in self.templates if one.stands_for(sms) and one.matches(sms.text)), None)
