"""Record of a consent: which text was read aloud, how, and what the person answered.

Why: consent comes before anything about a person (rule 7), and what was said has to be told later; so each part of it
must be there, and is one of a few codes. Promises: immutable, pure; when it was answered is the moment of sending.
When not to use it: for the words that are read (`consent_texts.py`), for who agrees for a child (`child_path.py`), or
for what may come with which answer (`answer_faults` of `submission.py`).
"""

from dataclasses import dataclass

from referral_service.domain.consent.consent_texts import needs_interpreter

ANSWERS = ("yes", "no", "card_only")
CHANNELS = ("in_person", "phone", "video")


@dataclass(frozen=True)
class ConsentRecord:
    """`language`: a BCP 47 tag; `another_service`: may be asked, too; `authority`: who agrees for a child."""

    answer: str
    version: str
    language: str
    interpreted: bool
    channel: str
    another_service: bool = False
    authority: str | None = None

    @property
    def lacks_interpreter(self) -> bool:
        """Whether nobody put it into the person's words, though this version has no text in the language."""
        return not self.interpreted and needs_interpreter(self.language, self.version)
