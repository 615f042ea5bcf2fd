"""What a person changes about the own account: password, contacts, language, second factor.

Promises: each asks for the present password where it could lock the owner out; a new password ends every session,
and every sign-in that waits for its code, but starts the present session anew; a change of contacts or language is
told to the notification service.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.accounts.domain import passwords
from directory_service.accounts.domain.handles import mail as spell_mail
from directory_service.accounts.domain.sign_in import BadCredentials
from directory_service.accounts.outside.password_hashes import (
    hash_password,
    verify_password,
)
from directory_service.accounts.outside.phones import to_keep
from directory_service.accounts.store.accounts import lock_account
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.count_attempts import (
    count_try,
    forget_tries,
    session_counts,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_member import publish_account
from directory_service.accounts.use_cases.sessions import (
    SignedIn,
    describe_session,
    end_all_sessions,
    start_session,
)
from directory_service.accounts.use_cases.set_contacts import set_contacts
from directory_service.accounts.use_cases.switch_membership import load_own_session
from directory_service.accounts.use_cases.tickets import end_tickets
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Principal
from setu.languages import SCREEN_LANGUAGES


def check_own_password(db: Database, dependencies: Dependencies, who: Principal, password: str, now: datetime) -> None:
    """Raises `BadCredentials` for a wrong present password (counted, audited), `TooManyTries`."""
    counts = session_counts(dependencies, "password", who.account)
    count_try(db, counts, now)
    with db.transaction(who.scope) as session:
        stored = session.get_one(Account, who.account).password_hash
    right = verify_password(stored, passwords.normalise(password))
    with db.transaction(who.scope) as session:
        if right:
            forget_tries(session, counts)
        else:
            record(session, who, "account.password-check", "denied", now)
    if not right:
        raise BadCredentials


def change_password(session: Session, dependencies: Dependencies, who: Principal, new: str, now: datetime) -> SignedIn:
    """Store the new password, end all sessions and start this one anew. Raises `WeakPassword`."""
    lock_account(session, who.account)
    account, row, held = load_own_session(session, who)
    words = tuple(filter(None, (account.user_name, account.mail, account.phone)))
    chosen_password = passwords.check(new, words=words)
    if verify_password(account.password_hash, chosen_password):
        raise passwords.WeakPassword("same")
    account.password_hash = hash_password(chosen_password)
    account.password_changed_at = now
    end_tickets(session, account.id, now)
    end_all_sessions(session, dependencies, account.id, now)
    record(session, who, "account.password", "done", now)
    return start_session(
        session,
        dependencies,
        account=account,
        chosen=next(one for one in held if one.id == who.membership),
        held=held,
        second_factor_at=row.second_factor_at,
        device=row.device,
        now=now,
    )


def change_contacts(
    session: Session, dependencies: Dependencies, who: Principal, *, phone: str, mail: str, now: datetime
) -> None:
    """Store and publish the own contacts; empty means none. Raises `BadHandle`; `BadCredentials` in an ended session.

    A reset beside it comes before, or waits: whoever it puts out leaves no address at which the account is told of.
    """
    lock_account(session, who.account)
    account, _row, _held = load_own_session(session, who)
    before = account.phone, account.mail
    set_contacts(
        session,
        account,
        phone=to_keep(phone) if phone.strip() else None,
        mail=spell_mail(mail) if mail.strip() else None,
    )
    if (account.phone, account.mail) != before:
        account.contacts_changed_at = now
    account.contacts_blanked_at = None
    publish_account(session, dependencies, account, now)
    record(session, who, "account.contacts", "done", now)


def change_language(
    session: Session, dependencies: Dependencies, who: Principal, language: str, now: datetime
) -> SignedIn:
    """Store and publish the language in which pages and messages come; the session goes on in it.

    Contacts that change beside it come before, or wait: what is published holds them, too. Raises `BadCredentials` in
    an ended session.
    """
    if language not in SCREEN_LANGUAGES:
        raise ValueError("no such language")
    lock_account(session, who.account)
    account, row, held = load_own_session(session, who)
    account.language = language
    session.flush()
    publish_account(session, dependencies, account, now)
    chosen = next(one for one in held if one.id == who.membership)
    return describe_session(row, account, chosen, held, now)


def record(session: Session, who: Principal, action: str, outcome: str, now: datetime) -> None:
    """An audit entry about the own account."""
    audit.record(session, action, ("account", who.account), who, now, outcome=outcome)
