"""Display texts of the page of choices: what a tick means, why a choice cannot be, what was done."""

from service_kit.translations import N_

# channel → what its ticks mean, where they do not simply mean "sent there"
HINTS = {"sms": N_("What is ticked is sent to you there, if Setu knows no mail address of yours.")}

# word of a refusal → what to do about it
REFUSALS = {
    "same_time": N_("Give two different times, or leave both empty."),
    "no_time": N_("Give a time, such as 22:00, or leave both empty."),
    "no_day": N_("Give a day."),
    "ends_before_it_begins": N_("The last day must not be before the first."),
    "over": N_("These days are over."),
    "too_long": N_("At most half a year."),
}

# what was done → what holds now
DONE = {
    "sent": N_("Your choices are kept."),
    "away": N_("Your days away are kept. Tell a colleague to open this page and stand in for you."),
    "back": N_("You are not away."),
    "stand-in": N_("You stand in. You are also sent what you had switched off, as long as your colleague is away."),
    "no-stand-in": N_("You do not stand in any more."),
}
STANDS_IN_UNREACHED = N_(
    "You stand in. What comes stands in your list in Setu; nothing can be sent to you, so your colleague is sent it"
    " unless another one who is there is."
)
"""What holds for a stand-in without an address, as `domain/honour_choices.py` decides it."""
