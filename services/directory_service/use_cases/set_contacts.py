"""Storing an account's phone number and mail address, so that nobody learns whose else they are.

Promises: nothing is refused because of another account. What an account of the same side signs in with already is kept
as a contact only and does not sign in here; what the other side has counts for nothing.
"""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory_service.store import accounts
from directory_service.store.tables_accounts import Account


def set_contacts(session: Session, account: Account, *, phone: str | None, mail: str | None) -> None:
    """Store both, in their one spelling, None for none; says nothing of whether they sign in."""
    account.phone, account.mail = phone, mail
    account.phone_signs_in = not _is_a_colleagues(session, account, "phone", phone)
    account.mail_signs_in = not _is_a_colleagues(session, account, "mail", mail)
    try:
        with session.begin_nested():
            session.add(account)
            session.flush()
    except IntegrityError:  # a colleague took one of them a moment ago
        account.phone, account.mail = phone, mail
        account.phone_signs_in = account.mail_signs_in = False
        session.add(account)
        session.flush()


def _is_a_colleagues(session: Session, account: Account, kind: str, handle: str | None) -> bool:
    found = accounts.look_up(session, kind, handle) if handle else ()
    return any(one.side == account.side and one.account != account.id for one in found)
