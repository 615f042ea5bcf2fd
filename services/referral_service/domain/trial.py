"""Rules of a trial: the people of the form are fixed samples, and nobody real can be typed in.

Promises: pure; in a trial no free text about a person is taken, whoever writes it (form or JSON); the numbers are of a
range that is kept free for fiction (+1 202 555 0100 to 0199), so that a call reaches nobody.
"""

from collections.abc import Iterator, Mapping

from referral_service.domain.submission import Submission

SAMPLE_NAMES = ("Trial Asha", "Trial Noor", "Trial Ravi", "Trial Zuali")
SAMPLE_NUMBERS = ("+12025550111", "+12025550122", "+12025550133", "+12025550144")  # E.164
DESK_SAMPLES: Mapping[str, str] = {"authority": "Trial court", "order": "Trial order 1", "report": "Trial report"}
"""Field of the data officers' desk → the one text that it takes."""
NO_NOTES = "This is a trial: no notes about a person."


def trial_faults(submission: Submission) -> Iterator[tuple[str, str]]:
    """What could be of somebody real: each field at fault, and what is wrong."""
    person = submission.person
    if person is not None:
        yield from ((f"person.{field}", wrong) for field, wrong in person_faults(person.name, person.contact.value))
    if submission.notes is not None:
        yield "notes", NO_NOTES


def person_faults(name: str | None, number: str | None) -> Iterator[tuple[str, str]]:
    """What of a name and a number (E.164) could be somebody real's: `name`, `contact.value`, and what is wrong."""
    if name not in (None, *SAMPLE_NAMES):
        yield "name", f"This is a trial: one of {', '.join(SAMPLE_NAMES)}, or none."
    if number not in (None, *SAMPLE_NUMBERS):
        yield "contact.value", f"This is a trial: one of {', '.join(SAMPLE_NUMBERS)}."


def desk_faults(typed: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """What of the desk's words, by field of `DESK_SAMPLES`, could be of somebody real, and the sample."""
    for field, words in typed.items():
        if words != DESK_SAMPLES[field]:
            yield field, DESK_SAMPLES[field]
