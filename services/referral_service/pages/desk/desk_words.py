"""What templates of the desk say of a request: the tone of its tag, what was given."""

from collections.abc import Mapping

from markupsafe import Markup

from referral_service.domain.desk.desk_request import DeskRequest, Stage
from referral_service.pages.words import say

_TONES: Mapping[Stage, str] = {
    Stage.QUEUED: "quiet",
    Stage.FIRST: "amber",
    Stage.SECOND: "amber",
    Stage.OPEN: "red",
    Stage.REPORT: "amber",
    Stage.ANSWER: "amber",
    Stage.BOARD: "red",
    Stage.PEOPLE: "amber",
    Stage.LAPSED: "quiet",
    Stage.CLOSED: "green",
}


def tone_of(stage: Stage) -> str:
    """The tone of the tag that says the stage."""
    return _TONES[stage]


def given_words(one: DeskRequest) -> str:
    """What was given, or told, so far; empty while nothing was."""
    return Markup("<br>").join(say("DESK_GIVEN", code) for code in one.given)
