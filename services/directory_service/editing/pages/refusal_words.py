"""Words for a refusal: why a coordinator does not let a change through; codes are `domain.approval.REFUSALS`."""

from collections.abc import Mapping

from service_kit.translations import N_
from service_kit.web.html.i18n import gettext

REFUSAL_WORDS: Mapping[str, str] = {
    "not_right": N_("Something in it is not right. Check it and send it again."),
    "not_understood": N_("It cannot be understood. Say it in plainer words."),
    "not_this_district": N_("The service is not given in this district."),
    "too_much": N_("It promises more than is known of the service."),
    "not_allowed": N_("It says something that may not stand here, such as a person's name."),
}


def refusal_words(reason: str | None) -> str:
    """One sentence, in the reader's language."""
    return gettext(REFUSAL_WORDS[reason]) if reason and reason in REFUSAL_WORDS else ""
