"""Showing a new second factor: the QR code of a secret, or the sheet of codes. Once; no browser keeps it."""

from flask import Response
from markupsafe import Markup

from directory_service.accounts.domain.one_time_codes import group
from directory_service.accounts.outside.totp import (
    provisioning_uri,
    qr_svg,
)
from directory_service.accounts.use_cases.second_factor import (
    PRINTED,
    TOTP,
    Enrolment,
)
from service_kit.web.html.render import render

KINDS = (TOTP, PRINTED)


def picture(made: Enrolment, user_name: str, errors: dict[str, str], action: str, status: int = 200) -> Response:
    """The page with the new factor and the field for its first code."""
    qr = address = ""
    if made.secret is not None:
        address = provisioning_uri(made.secret, user_name)
        # Safe: drawn by segno from numbers; no text of anybody stands in it.
        qr = Markup(qr_svg(address))  # noqa: S704 # drawn by the library from our own address
    return render(
        "accounts/factor_show.html",
        status=status,
        errors=errors,
        action=action,
        kind=made.kind,
        qr=qr,
        address=address,
        secret=group(made.secret or "").replace("-", " "),
        codes=[group(code) for code in made.codes],
    )
