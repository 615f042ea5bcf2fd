"""Form state of a new referral between two pages: the answers so far, and the next step.

Why: there are no drafts. The answers travel sealed with the browser; this says what they are, which of them fall when
an earlier one changes.
Promises: pure and immutable; another place or another service always drops the consent, because the person agreed to
something else, and so does somebody who would be asked and was not named; the service that was picked stays picked
until another one is.
When not to use it: to check answers, which the steps do, or for the JSON body that they make (`form_body.py`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import hexdigits

from referral_service.domain.child_path import is_child_path, lacks_authority

STEPS = ("place", "who", "consent", "person", "review")
"""The steps in order: nothing about a person is asked before the consent (rule 7)."""
_ASKED_AGAIN = {"place": frozenset({"who", "consent"}), "who": frozenset({"consent"})}
"""Step → the steps that rest on its answers, and are asked again where these change."""
_RESTS_ON = {
    "place": frozenset[str](),
    "who": frozenset({"place"}),
    "consent": frozenset({"place", "who"}),
    "person": frozenset({"place", "consent"}),  # also while the choice is open again: what was typed can be put right
    "review": frozenset({"place", "who", "consent", "person"}),
}
OTHER_LANGUAGE = "other"
"""The answer that says: the text was read in a language that has no text of its own, named beside it."""
Answers = Mapping[str, str | list[str]]
_ENOUGH = 8  # characters of an id, to tell five services apart
_FORM_ID = 16  # hex digits, to tell the forms of one browser apart, and the states of one form
_PAGE_ID = 8  # hex digits, to tell apart the pages that were shown of one state


def is_form_id(text: str) -> bool:
    """Whether this could be the id of a form; an address may hold any text."""
    return len(text) == _FORM_ID and set(text) <= set(hexdigits.lower())


def spoken_language(consent: Answers) -> str:
    """The BCP 47 code of the language in which the consent text was read, of the answers about it."""
    named = consent.get("other_language" if consent.get("language") == OTHER_LANGUAGE else "language", "")
    return named if isinstance(named, str) else ""


def whom_named(services: Iterable[str]) -> str:
    """Whom the consent text named, as its page carries it: the ends of their ids, which are random, in one order."""
    return " ".join(sorted(service[-_ENOUGH:] for service in services))


def names_all(named: str, services: Iterable[str]) -> bool:
    """Whether a text that named these named all of the services; one that does not say whom it named, nobody."""
    return set(whom_named(services).split()) <= set(named.split())


@dataclass(frozen=True)
class FormState:
    """Answers by step; ``key`` is the Idempotency-Key under which this form will be sent, whatever happens.

    ``wrong`` are the steps whose answers were judged and need a change; ``refused`` the fields that submission itself
    turned down, for reasons that only the database knows; ``alias`` the id of an earlier form, at whose address the
    first step of this one was begun; ``last_page`` the id of the page whose answer was taken last;
    ``missing`` are the needs that searches of this form counted as unmet.
    """

    key: str
    steps: Mapping[str, Answers] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    alias: str = ""
    last_page: str = ""
    missing: tuple[str, ...] = ()

    @property
    def form_id(self) -> str:
        """Which form this is, as the addresses of its pages say: a one-way digest of the key, which no page shows."""
        return hashlib.sha256(f"form {self.key}".encode()).hexdigest()[:_FORM_ID]

    def has_page(self, form_id: str, step: str) -> bool:
        """Whether the address of this id and step is of this form: the first step is also where it was begun.

        The browser's "back" leads there.
        """
        return form_id == self.form_id or (step == STEPS[0] and form_id == self.alias != "")

    def page_mark(self, page_id: str) -> str:
        """Version mark of a page that is shown now: a one-way digest of all answers so far, and the page's own id.

        `page_id`: eight hex digits, others for each page that is shown.
        """
        return self._version() + page_id

    def takes(self, page_mark: str) -> bool:
        """Whether an answer from the page with this mark may be taken: no other page's was since it was shown.

        Else another window on this form may have made it another person's. A second press on one page finds what its
        own first one did.
        """
        version, page_id = page_mark[:-_PAGE_ID], page_mark[-_PAGE_ID:]
        return version == self._version() or page_id == self.last_page != ""

    def taken_from(self, page_mark: str) -> "FormState":
        """The form that notes from which page an answer is taken."""
        return replace(self, last_page=page_mark[-_PAGE_ID:])

    def _version(self) -> str:
        """Empty where nothing is answered: where no form is kept each first page has a key of its own."""
        if not self.steps:
            return ""
        answers = json.dumps([self.key, self.steps], sort_keys=True)
        return hashlib.sha256(f"answers {answers}".encode()).hexdigest()[:_FORM_ID]

    def values(self, step: str) -> Answers:
        """What was typed on this step, checked or not."""
        return self.steps.get(step, {})

    def one(self, step: str, name: str) -> str:
        """A single value of a step, empty where there is none."""
        value = self.values(step).get(name, "")
        return value if isinstance(value, str) else (value[0] if value else "")

    def many(self, step: str, name: str) -> list[str]:
        """All values of a step's field, in the order chosen."""
        value = self.values(step).get(name, [])
        return [value] if isinstance(value, str) and value else list(value)

    @property
    def setting(self) -> str:
        """Where the officer is with the person."""
        return self.one("place", "setting")

    @property
    def district(self) -> int:
        """Where help is wanted (LGD code), once the place was answered."""
        return int(self.one("place", "district"))

    @property
    def needs(self) -> Sequence[str]:
        """Which help is wanted, as codes in the order chosen."""
        return self.many("place", "needs")

    @property
    def said_yes(self) -> bool:
        """Whether the person agreed."""
        return self.one("consent", "answer") == "yes"

    @property
    def is_child_path(self) -> bool:
        """Whether it is about a child (rule 8), as far as it is filled in."""
        return is_child_path(self.needs, self.one("person", "age_band"))

    @property
    def spoken_language(self) -> str:
        """The BCP 47 code of the language in which the consent text was read."""
        return spoken_language(self.values("consent"))

    @property
    def picked(self) -> list[str]:
        """The services that were picked: the one that was chosen, else the candidates."""
        return self.many("who", "service") or self.many("who", "candidates")

    def typed(self, step: str, values: Answers) -> "FormState":
        """Keeps what was typed, unjudged: a step back. Where it changed, the steps that rest on it are asked again.

        A consent that falls takes its answers along; a choice that is open again keeps its mark. Where it is about a
        child since then, the person is asked for again: who agrees for the child stands there.
        """
        again = _ASKED_AGAIN.get(step, frozenset()) if self.steps.get(step) != values else frozenset()
        steps = {name: answers for name, answers in self.steps.items() if name not in again - {"who"}}
        wrong = self.wrong - again - {step}
        typed = replace(self, steps={**steps, step: values}, done=self.done - again - {step}, wrong=wrong, refused=())
        age_band, authority = typed.one("person", "age_band"), typed.one("person", "authority")
        agreed = not lacks_authority(typed.needs, age_band, authority)
        return typed if agreed else replace(typed, done=typed.done - {"person"})

    def mistaken(self, step: str, values: Answers) -> "FormState":
        """Keeps what was typed, to be shown again with what is wrong about it."""
        typed = self.typed(step, values)
        return replace(typed, wrong=typed.wrong | {step})

    def turned_down(self, step: str, fields: Sequence[str]) -> "FormState":
        """Submission refused these fields of a step that had seemed done."""
        return replace(self, done=self.done - {step}, refused=tuple(fields))

    def answered(self, step: str, values: Answers) -> "FormState":
        """The step is done; where its answers changed, the later steps that rest on them are asked again."""
        typed = self.typed(step, values)
        return replace(typed, done=typed.done | {step})

    def with_need(self, need: str) -> "FormState":
        """The form that asks for one thing more; what rests on the needs is asked again."""
        return self.answered("place", {**self.values("place"), "needs": [*self.needs, need]})

    def settled(self, fitting: Sequence[str]) -> "FormState":
        """The choice is open again where nothing that was picked fits (any more); `fitting`: what does, by id.

        It is closed again where the answer that was in its way has changed: the consent to it still stands. Where it
        did not name all who fit, it is asked for anew.
        """
        if not fitting:
            return replace(self, done=self.done - {"who"})
        if "consent" not in self.done:
            return self
        if names_all(self.one("consent", "named"), fitting):
            return replace(self, done=self.done | {"who"})
        steps = {name: answers for name, answers in self.steps.items() if name != "consent"}
        return replace(self, steps=steps, done=(self.done | {"who"}) - {"consent"})

    def next_step(self) -> str:
        """The first step that is not done; after a "no" or "only the card" the consent is the last. It may be shown.

        Whoever asks for a step that may not be shown is led here, so a next step that may not be shown is a loop.
        """
        due = next((step for step in STEPS if step not in self.done), STEPS[-1])
        return due if self.may_show(due) else "consent"

    def may_show(self, step: str) -> bool:
        """Whether the steps on which it rests are done (and, for the person, whether the answer was yes)."""
        return self.done.issuperset(_RESTS_ON[step]) and (step not in {"person", "review"} or self.said_yes)
