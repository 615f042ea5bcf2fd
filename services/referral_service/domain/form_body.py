"""JSON body of the submission that a form's answers make, and back: which step and field a path of it is from.

Why: the form is sent by the contract of ``POST /api/referrals``, and what that refuses is put right where it was typed.
Promises: pure; nothing about a person is in the body unless the answer was yes. When not to use it: to check answers.
Steps check what was typed; submission checks everything again.
"""

from collections.abc import Sequence

from referral_service.domain.consent.consent_texts import FIRST_VERSION
from referral_service.domain.form_state import FormState

_FIELDS = {
    "setting": ("place", "setting"),
    "district": ("place", "district"),
    "needs": ("place", "needs"),
    "service_id": ("who", "service"),
    "candidates": ("who", "service"),
    "consent.authority": ("person", "authority"),
    "consent": ("consent", "answer"),
    "person.name": ("person", "name"),
    "person.contact.value": ("person", "number"),
    "person.contact.hours": ("person", "hours"),
    "person.contact": ("person", "method"),
    "person.language": ("person", "language"),
    "person.gender": ("person", "gender"),
    "person.age_band": ("person", "age_band"),
    "person.preferences": ("person", "preferences"),
    "person": ("person", "name"),
    "urgent": ("person", "urgent"),
    "card": ("person", "card"),
    "expected_release": ("person", "expected_release"),
    "notes": ("person", "notes"),
}
"""Path in the body → step and field of the form; a longer path comes before its beginning."""


def body(state: FormState, *, candidates: Sequence[str]) -> dict[str, object]:
    """The JSON body of ``POST /api/referrals`` that these answers make, with the version of the text that was read.

    `candidates`: who is asked where no one service was chosen, of the ones that the consent named those that are left.
    A form of before versions were kept with it was read the first.
    """
    consent: dict[str, object] = {
        "answer": state.one("consent", "answer"),
        "version": state.one("consent", "version") or FIRST_VERSION,
        "language": state.spoken_language,
        "interpreted": state.one("consent", "interpreted") == "yes",
        "channel": state.one("consent", "channel"),
        "another_service": state.one("consent", "another") == "yes",
    }
    one_service = state.one("who", "service")
    sent: dict[str, object] = {
        "setting": state.setting,
        "district": state.district,
        "needs": state.needs,
        "consent": consent,
        **({"service_id": one_service} if one_service else {"candidates": list(candidates)}),
    }
    if not state.said_yes:
        return sent | _given(state, "consent", "card")
    if state.is_child_path:  # a need that was taken back leaves the answer behind
        consent |= _given(state, "person", "authority")
    more = _given(state, "person", "card", "expected_release", "notes") | _chosen(state, "urgent")
    return sent | more | {"person": _about_the_person(state)}


def _about_the_person(state: FormState) -> dict[str, object]:
    number = state.one("person", "number")
    contact = {"method": state.one("person", "method"), **({"value": number} if number else {})}
    return {
        "contact": contact | _chosen(state, "hours"),
        "language": state.one("person", "language"),
        "age_band": state.one("person", "age_band"),
        **_given(state, "person", "name", "gender"),
        **_chosen(state, "preferences"),
    }


def _given(state: FormState, step: str, *names: str) -> dict[str, object]:
    """Single values that are not empty."""
    return {name: value for name in names if (value := state.one(step, name))}


def _chosen(state: FormState, name: str) -> dict[str, object]:
    """A list about the person that is not empty."""
    return {name: values} if (values := state.many("person", name)) else {}


def field_of(path: str, *, said_yes: bool) -> tuple[str, str]:
    """Step and field. Without a yes the form ends with the consent, which asks for the number of the card, too."""
    step, field = next(
        (at for known, at in _FIELDS.items() if path == known or path.startswith(f"{known}.")), ("review", path)
    )
    return (step, field) if said_yes or step not in {"person", "review"} else ("consent", field)
