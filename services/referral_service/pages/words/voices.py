"""Words for what a person says with a card: on the card's page, to the team, in counts."""

from service_kit.translations import N_

VOICE = {
    "not_contacted": N_("Nobody contacted me"),
    "call_back": N_("Please call me back"),
    "pressed": N_("I felt pressed to say yes"),
    "money_or_sex": N_("I was asked for money or sex"),
    "badly_treated": N_("I was treated badly there"),
}
"""What the person can say; the two tables below are what others read of it."""
ASKED = {
    "not_contacted": N_("The person says that nobody has contacted them. Please call."),
    "call_back": N_("The person asks to be called back."),
}
SAID = {
    "pressed": N_("Felt pressed to say yes"),
    "money_or_sex": N_("Was asked for money or sex"),
    "badly_treated": N_("Was treated badly by the service"),
}
