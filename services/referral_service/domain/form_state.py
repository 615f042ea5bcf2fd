"""Form state of a new referral between two pages: the answers so far, and the next step.

Why: there are no drafts. The answers travel sealed with the browser; this says what they are, which of them fall when
an earlier one changes, and what JSON body they make in the end.
Promises: pure and immutable; another place or another service always drops the consent, because the person agreed to
something else; the service that was picked stays picked until another one is; nothing about a person is in the body
unless the answer was yes.
When not to use it: to check answers. Steps check what was typed; submission checks everything again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

STEPS = ("place", "who", "consent", "person", "review")
"""The steps in the order of the domain page, section 6."""
_ASKED_AGAIN = {"place": frozenset({"who", "consent"}), "who": frozenset({"consent"})}
"""Step → the steps that rest on its answers, and are asked again where these change."""
_RESTS_ON = {
    "place": frozenset[str](),
    "who": frozenset({"place"}),
    "consent": frozenset({"place", "who"}),
    "person": frozenset({"place", "consent"}),  # also while the choice is open again: what was typed can be put right
    "review": frozenset({"place", "who", "consent", "person"}),
}


Answers = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class FormState:
    """Answers by step; ``key`` is the Idempotency-Key under which this form will be sent, whatever happens.

    ``wrong`` are the steps whose answers were judged and need a change; ``refused`` the fields that submission itself
    turned down, for reasons that only the database knows.
    """

    key: str
    steps: Mapping[str, Answers] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()

    def values(self, step: str) -> Answers:
        """What was typed on this step, checked or not."""
        return self.steps.get(step, {})

    def typed(self, step: str, values: Answers) -> "FormState":
        """Keeps what was typed, unjudged: a step back. Where it changed, the steps that rest on it are asked again.

        A consent that falls takes its answers along; a choice that is open again keeps its mark.
        """
        again = _ASKED_AGAIN.get(step, frozenset()) if self.steps.get(step) != values else frozenset()
        steps = {name: answers for name, answers in self.steps.items() if name not in again - {"who"}}
        wrong = self.wrong - again - {step}
        return replace(self, steps={**steps, step: values}, done=self.done - again - {step}, wrong=wrong, refused=())

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

    def settled(self, *, fits: bool) -> "FormState":
        """The choice is open again where nothing that was picked fits (any more).

        It is closed again where the answer that was in its way has changed: the consent to it still stands.
        """
        if not fits:
            return replace(self, done=self.done - {"who"})
        return replace(self, done=self.done | {"who"}) if "consent" in self.done else self

    def only_asking(self, candidates: Sequence[str]) -> "FormState":
        """The candidates that are left of those that the consent named; for what is sent."""
        return replace(self, steps={**self.steps, "who": {"candidates": list(candidates)}})

    def next_step(self) -> str:
        """The first step that is not done; after a "no" or "only the card" the consent is the last. It may be shown.

        Whoever asks for a step that may not be shown is led here, so a next step that may not be shown is a loop.
        """
        due = next((step for step in STEPS if step not in self.done), STEPS[-1])
        return due if self.may_show(due) else "consent"

    def may_show(self, step: str) -> bool:
        """Whether the steps on which it rests are done (and, for the person, whether the answer was yes)."""
        said_yes = self.values("consent").get("answer") == "yes"
        return self.done.issuperset(_RESTS_ON[step]) and (step not in {"person", "review"} or said_yes)


def one(answers: Answers, name: str) -> str:
    """A single value, empty where there is none."""
    value = answers.get(name, "")
    return value if isinstance(value, str) else (value[0] if value else "")


def many(answers: Answers, name: str) -> list[str]:
    """All values of a field, in the order chosen."""
    value = answers.get(name, [])
    return [value] if isinstance(value, str) and value else list(value)


def body(state: FormState, version: str, language: str) -> dict[str, object]:
    """The JSON body of ``POST /api/referrals`` that these answers make; version and language of the consent text."""
    consent = state.values("consent")
    sent: dict[str, object] = {
        "setting": one(state.values("place"), "setting"),
        "district": int(one(state.values("place"), "district")),
        "needs": many(state.values("place"), "needs"),
        **_receivers(state.values("who")),
        "consent": {
            "answer": one(consent, "answer"),
            "version": version,
            "language": language,
            "interpreted": one(consent, "interpreted") == "yes",
            "channel": one(consent, "channel"),
            "another_service": one(consent, "another") == "yes",
        },
    }
    if one(consent, "answer") == "yes":
        return sent | _about_the_person(state.values("person")) | _authority(sent["consent"], state.values("person"))
    return sent | ({"card": one(consent, "card")} if one(consent, "card") else {})


def _receivers(who: Answers) -> dict[str, object]:
    if one(who, "service"):
        return {"service_id": one(who, "service")}
    return {"candidates": many(who, "candidates")}


def _authority(consent: object, person: Answers) -> dict[str, object]:
    """Who agreed for a child is part of the consent (rule 8), though it is asked with the age."""
    if not one(person, "authority") or not isinstance(consent, dict):
        return {}
    return {"consent": {**consent, "authority": one(person, "authority")}}


def _about_the_person(person: Answers) -> dict[str, object]:
    contact: dict[str, object] = {"method": one(person, "method")}
    if one(person, "number"):
        contact["value"] = one(person, "number")
    if many(person, "hours"):
        contact["hours"] = many(person, "hours")
    about: dict[str, object] = {
        "contact": contact,
        "language": one(person, "language"),
        "age_band": one(person, "age_band"),
    }
    for name in ("name", "gender"):
        if one(person, name):
            about[name] = one(person, name)
    if many(person, "preferences"):
        about["preferences"] = many(person, "preferences")
    more: dict[str, object] = {"person": about}
    if many(person, "urgent"):
        more["urgent"] = many(person, "urgent")
    for name in ("card", "expected_release", "notes"):
        if one(person, name):
            more[name] = one(person, name)
    return more
