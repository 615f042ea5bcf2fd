"""Storing an account's phone number and mail address, so that nobody learns whose else they are.

Promises: nothing is refused because of another account. What an account of the same side signs in with already is kept
as a contact only and does not sign in here; what the other side has counts for nothing.
"""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory_service.accounts.store import accounts
from directory_service.accounts.store.tables import Account


def set_contacts(session: Session, account: Account, *, phone: str | None, mail: str | None) -> None:
    """Store both, in their one spelling, None for none, with the account where that is new.

    Says nothing of whether they sign in. Raises IntegrityError for a new account whose user name is taken.
    """
    with session.no_autoflush:
        phone_signs_in = not _is_a_colleagues(session, account, "phone", phone)
        mail_signs_in = not _is_a_colleagues(session, account, "mail", mail)
    try:
        _store(session, account, phone, mail, phone_signs_in=phone_signs_in, mail_signs_in=mail_signs_in)
    except IntegrityError:  # a colleague took one of them a moment ago
        _store(session, account, phone, mail, phone_signs_in=False, mail_signs_in=False)


def _store(
    session: Session,
    account: Account,
    phone: str | None,
    mail: str | None,
    *,
    phone_signs_in: bool,
    mail_signs_in: bool,
) -> None:
    with session.begin_nested():
        account.phone, account.phone_signs_in = phone, phone_signs_in
        account.mail, account.mail_signs_in = mail, mail_signs_in
        session.add(account)


def _is_a_colleagues(session: Session, account: Account, kind: str, handle: str | None) -> bool:
    found = accounts.look_up(session, kind, handle) if handle else ()
    return any(one.side == account.side and one.account != account.id for one in found)
