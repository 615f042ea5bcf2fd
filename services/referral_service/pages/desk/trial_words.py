"""Words at the desk where a trial takes its sample alone."""

from collections.abc import Sequence

from referral_service.use_cases.desk.refuse_in_a_trial import NotASample
from service_kit.errors import FieldError
from service_kit.web.html.i18n import gettext as _


def samples_alone(wrong: NotASample) -> Sequence[FieldError]:
    """Each field at fault, with what to write instead."""
    return [
        FieldError(each.field, _("This is a trial. Write only: %(words)s", words=each.detail)) for each in wrong.errors
    ]
