"""Time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 seconds), which every authenticator app knows.

Promises: pure of storage; says *which* time step a code belongs to, so that the caller can let each step work once.
One step of drift either way is accepted.
"""

from base64 import b32encode
from datetime import datetime

import pyotp
import segno

STEP = 30
DRIFT = (0, -1, 1)
ISSUER = "Setu"


def secret_from(random: bytes) -> str:
    """A base32 secret of 20 random bytes (RFC 4226 §4 asks for 160 bits)."""
    return b32encode(random).decode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of a right code, or None. Whether that step was used before is the caller's question."""
    totp = pyotp.TOTP(secret, interval=STEP)
    current = int(now.timestamp()) // STEP
    for drift in DRIFT:
        if pyotp.utils.strings_equal(totp.generate_otp(current + drift), code):
            return current + drift
    return None


def provisioning_uri(secret: str, user_name: str) -> str:
    """The `otpauth://` address that the QR code holds."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=user_name, issuer_name=ISSUER)


def qr_svg(text: str) -> str:
    """An SVG picture of `text` as a QR code, without inline style, dark on white in every colour scheme."""
    code: str = segno.make(text, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=False, svgclass="qr", lineclass=None
    )
    return code
