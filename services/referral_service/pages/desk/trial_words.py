"""Words at the desk where a trial takes its sample alone."""

from collections.abc import Sequence

from service_kit.errors import FieldError, Invalid
from service_kit.web.html.i18n import gettext as _


def samples_alone(wrong: Invalid) -> Sequence[FieldError]:
    """Each field at fault, with what to write instead."""
    return [
        FieldError(each.field, _("This is a trial. Write only: %(words)s", words=each.detail)) for each in wrong.errors
    ]
