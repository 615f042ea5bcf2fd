"""Self-study cards: five short texts, each with a check of five statements that are true or not. All of it is data.

Promises: pure; no question is about a person. A change of a card's meaning raises its version, under which answers are
counted. Counsel, a doctor and an officer have to check the texts before live use; the page says so. When not to use it:
for what is kept and told of answers (`study_counts.py`). Source: docs/partnership.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from setu.text import N_

STATEMENTS = 5
PASSED = 4  # statements rightly judged


@dataclass(frozen=True)
class Statement:
    """What is to be judged, and the fact (its place on the card, from 0) that says why."""

    text: str
    is_true: bool
    fact: int


@dataclass(frozen=True)
class StudyCard:
    """A card: its facts, and the five statements of its check."""

    code: str
    version: int
    title: str
    facts: tuple[str, ...]
    statements: tuple[Statement, ...]

    def judge(self, answers: Sequence[bool]) -> list[bool]:
        """Whether each statement was rightly judged. Raises ValueError for more or fewer than five answers."""
        return [said == one.is_true for said, one in zip(answers, self.statements, strict=True)]


def has_passed(judged: Sequence[bool]) -> bool:
    """Whether so many were right that the card counts as understood."""
    return sum(judged) >= PASSED


def _true(text: str, fact: int) -> Statement:
    return Statement(text, is_true=True, fact=fact)


def _untrue(text: str, fact: int) -> Statement:
    return Statement(text, is_true=False, fact=fact)


CARDS: Mapping[str, StudyCard] = {
    card.code: card
    for card in (
        StudyCard(
            "law",
            1,
            N_("Law"),
            (
                N_(
                    "HIV and AIDS Act 2017, section 22: needle exchange that is registered, and substitution treatment"
                    " by the central guidelines, are no offence: neither for who gives nor for who takes."
                ),
                N_(
                    "NDPS Act 1985, section 64A: who is charged under section 27 or with a small quantity, and of the"
                    " own will undergoes treatment at a recognised place, is not liable. It may be withdrawn."
                ),
                N_("Tell people that the law has this door. Never promise it: others decide."),
                N_("A referral changes nothing in a case, and a no changes nothing either."),
            ),
            (
                _untrue(N_("Whoever gives out needles at a registered exchange commits an offence."), 0),
                _true(N_("Taking substitution medicine by the guidelines is no offence."), 0),
                _untrue(N_("You may promise that a case is dropped if the person goes into treatment."), 2),
                _true(N_("Section 64A asks for treatment at a recognised place, of the own will."), 1),
                _untrue(N_("A no to a referral may be held against the person."), 3),
            ),
        ),
        StudyCard(
            "words",
            1,
            N_("Words"),
            (
                N_("Say: person who uses drugs, person in prison, dependence, not using, return to use."),
                N_("Dependence is a matter of health. Return to use is common, and no reason to stop helping."),
                N_("Never ask about HIV, a test or its result."),
                N_("Speak where others do not hear."),
                N_("Use the name that the person gives. Any name will do."),
            ),
            (
                _true(N_("“Person who uses drugs” is better than a word that judges."), 0),
                _untrue(N_("It helps to ask about an HIV test before you refer."), 2),
                _untrue(N_("The name must be the one on an identity card."), 4),
                _true(N_("Return to use is no reason to stop helping."), 1),
                _true(N_("Help is best spoken about where others do not hear."), 3),
            ),
        ),
        StudyCard(
            "overdose",
            1,
            N_("Overdose"),
            (
                N_("Not breathing, or cannot be woken: call 108 at once."),
                N_("Open the airway, and give breaths as you were trained."),
                N_("Give naloxone if you hold it and were trained."),
                N_("Stay and watch until the person has recovered or help has come: naloxone wears off."),
                N_("Nobody who cannot be woken is left to sleep."),
            ),
            (
                _true(N_("Somebody cannot be woken: 108 comes first."), 0),
                _untrue(N_("Somebody who snores deeply and cannot be woken may be left to sleep."), 4),
                _untrue(N_("After naloxone the person may be left alone."), 3),
                _true(N_("Breaths keep somebody alive until help comes."), 1),
                _untrue(N_("First ask what was taken, then call."), 0),
            ),
        ),
        StudyCard(
            "consent",
            1,
            N_("Consent"),
            (
                N_("Yes, no and “only the card” are three equal answers."),
                N_("There is no quota, and nobody lists who refers how many."),
                N_("Read the text aloud as it stands, in the person's language."),
                N_("A referral is a condition of nothing: not of release, not of bail."),
                N_("You are not told whether the person went. Do not ask the service."),
            ),
            (
                _true(N_("Who takes only the card has answered as well as who says yes."), 0),
                _untrue(N_("A unit should reach a number of referrals each month."), 1),
                _untrue(N_("You may say that things go easier with a yes."), 3),
                _untrue(N_("The service tells you whether the person came."), 4),
                _true(N_("Consent is read aloud, in the person's language."), 2),
            ),
        ),
        StudyCard(
            "women",
            1,
            N_("Women and under 18"),
            (
                N_("Ask whether a woman worker is wished for, and pick a service that has one."),
                N_("Under 18 there is only the child path of the form."),
                N_(
                    "A child in need of care comes before the Child Welfare Committee within 24 hours (Juvenile"
                    " Justice Act 2015, section 31)."
                ),
                N_("Children may come along: some services have a place for them."),
                N_("Withdrawal in custody is for the medical officer, now; in pregnancy it is urgent."),
            ),
            (
                _untrue(N_("A girl of 16 is referred like an adult."), 1),
                _true(N_("A child in need of care comes before the Committee within 24 hours."), 2),
                _true(N_("A woman may be asked whether she wishes for a woman worker."), 0),
                _untrue(N_("A mother has to find a place for her children before she gets help."), 3),
                _untrue(N_("Withdrawal in custody can wait until the morning."), 4),
            ),
        ),
    )
}
