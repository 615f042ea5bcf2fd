"""Words of the board and of breaches on a page: states, steps, reasons. One table for each code."""

from collections.abc import Mapping

from service_kit.translations import N_

ITEM_WORDS: Mapping[str, tuple[str, str]] = {
    "open": (N_("open"), "amber"),
    "answered": (N_("answered"), "green"),
    "on_agenda": (N_("on the agenda"), "quiet"),
    "done": (N_("done"), "green"),
    "hidden": (N_("hidden"), "red"),
}
"""State of an item → its words, and the tone of the tag."""
STEP_WORDS: Mapping[str, str] = {
    "agenda": N_("Put it on the next meeting's agenda"),
    "done": N_("It is done"),
    "hide": N_("Hide it"),
}
HIDE_WORDS: Mapping[str, str] = {
    "tells_of_somebody": N_("It tells of a person or a case"),
    "not_for_the_board": N_("It does not belong on the board"),
    "twice": N_("It stands here already"),
}
BREACH_WORDS: Mapping[str, tuple[str, str]] = {
    "reported": (N_("reported"), "red"),
    "taken": (N_("taken up"), "amber"),
    "with_parent": (N_("with the unit above"), "amber"),
    "answered": (N_("answered"), "green"),
    "closed": (N_("closed"), "quiet"),
}
BREACH_STEP_WORDS: Mapping[str, str] = {
    "take": N_("I take it up"),
    "parent": N_("I told the unit above"),
    "answer": N_("Answer"),
    "close": N_("Close it"),
}
KEPT: tuple[str, ...] = (
    N_("The text, its category, and the day on which it appears."),
    N_("Your district; on the state's board only the state."),
)
KEPT_OF_BREACH: tuple[str, ...] = (
    N_("What happened, at which service and on which day, your text, your two answers below it, and your district."),
)
NOT_KEPT: tuple[str, ...] = (
    N_("Not who you are: no account, unit, side or role."),
    N_("Not when you wrote it, nor in which language your screen is."),
    N_("It appears after one to three days, by chance, in a shuffled order."),
    N_("Nobody can find out later that it was yours: you cannot take it back, and get no notice of an answer."),
)
NAMED_ITEM = N_(
    "The coordinator reads which organisation you are from, nobody else does. You get a notice of an answer."
)
UNNAMED_ITEM = N_("Nobody can find out that it was you, and you get no notice. The next page says what is kept.")
NAMED_REPORT = N_("You read here how it stands. Nobody else reads who you are.")
UNNAMED_REPORT = N_("It is sent after one to three days, and nobody can find out that it was you.")
NOBODY_ABOVE = N_(
    "Nobody here stands above the coordinator of this district, so the coordinator reads every report. "
    "The law's remedies stay open: free legal aid, call 15100."
)
UNNAMED_REPORT_REFUSED = N_(
    "Without a name is not offered: fewer than three units or providers of your district write here, and it would "
    "point at you."
)
WARNING = N_("How you write can give you away. Leave out what only you know, and write as others would.")
