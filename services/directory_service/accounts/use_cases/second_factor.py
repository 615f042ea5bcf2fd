"""Second factors: enrolling TOTP or a printed sheet, and using a code exactly once.

Promises: a code works once an account, also when two requests race for it (one row decides). A secret is stored
sealed, printed codes as keyed digests. Codes leave this module once, when they are made. A factor that waits is shown
to, and confirmed by, the ticket or session that began it alone: whoever else is on the way into the account neither
reads the secret nor puts an own one in its place unseen.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.accounts.domain import one_time_codes as codes
from directory_service.accounts.domain.lifetimes import ENROLMENT_LASTS
from directory_service.accounts.outside import totp
from directory_service.accounts.store.accounts import factor_in_force, lock_account
from directory_service.accounts.store.tables import (
    PrintedCode,
    SecondFactor,
    UsedStep,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.keyring import WrappedKey

TOTP, PRINTED = "totp", "printed"


@dataclass(frozen=True)
class Enrolment:
    """A factor that waits to be confirmed: the secret (TOTP) or the codes (printed), shown this once."""

    factor: UUID
    kind: str
    secret: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Enroller:
    """Whose new factor it is, and in which ticket or session."""

    account: UUID
    within: UUID


def begin(session: Session, dependencies: Dependencies, by: Enroller, kind: str, now: datetime) -> Enrolment:
    """Make an unconfirmed factor in place of any other unconfirmed one. The one in force stays until `confirm`.

    Locks the account: a form that is sent twice at once leaves one that waits, and it is the one shown last.
    """
    account = by.account
    lock_account(session, account)
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account, SecondFactor.confirmed_at.is_(None)))
    row = SecondFactor(id=dependencies.ids.uuid(), account_id=account, kind=kind, begun_in=by.within, begun_at=now)
    if kind == TOTP:
        secret = totp.secret_from(dependencies.ids.random(20))
        _seal(dependencies, row, secret)
        session.add(row)
        session.flush()
        return Enrolment(row.id, kind, secret=secret)
    session.add(row)
    session.flush()
    made = tuple(
        codes.spell(dependencies.ids.random(8 * codes.PRINTED_LENGTH), codes.PRINTED_LENGTH)
        for _ in range(codes.PRINTED_COUNT)
    )
    session.add_all(
        PrintedCode(factor_id=row.id, digest=_digest(dependencies, row.id, code), account_id=account) for code in made
    )
    session.flush()
    return Enrolment(row.id, kind, codes=made)


def waiting(session: Session, dependencies: Dependencies, by: Enroller, kind: str, now: datetime) -> Enrolment | None:
    """The enrolment that waits here for its first code, so that an error shows the same picture again.

    None where none was begun here, somebody has begun another one since, or it has waited for too long.
    """
    row = _waiting_row(session, by, kind, now)
    if row is None:
        return None
    return Enrolment(row.id, kind, secret=_secret(dependencies, row) if kind == TOTP else None)


def confirm(session: Session, dependencies: Dependencies, by: Enroller, kind: str, code: str, now: datetime) -> bool:
    """Put the factor that waits here in force where `code` is one of its own; that code is used by this."""
    row = _waiting_row(session, by, kind, now)
    if row is None or not _use(session, dependencies, row, code, now):
        return False
    end_in_force(session, by.account, now)
    row.confirmed_at = now
    session.flush()
    return True


def end_in_force(session: Session, account: UUID, now: datetime) -> bool:
    """End the factor in force; whether there was one."""
    row = factor_in_force(session, account)
    if row is not None:
        row.ended_at = now
        session.flush()
    return row is not None


def use_code(session: Session, dependencies: Dependencies, account: UUID, code: str, now: datetime) -> bool:
    """Whether `code` is right and unused. It is used by this, for good."""
    row = factor_in_force(session, account)
    return row is not None and _use(session, dependencies, row, code, now)


def codes_left(session: Session, factor: SecondFactor) -> int:
    """How many codes of a printed sheet are unused."""
    return session.query(PrintedCode).filter_by(factor_id=factor.id, used_at=None).count()


def _waiting_row(session: Session, by: Enroller, kind: str, now: datetime) -> SecondFactor | None:
    return session.scalar(
        select(SecondFactor).where(
            SecondFactor.account_id == by.account,
            SecondFactor.begun_in == by.within,
            SecondFactor.begun_at > now - ENROLMENT_LASTS,
            SecondFactor.kind == kind,
            SecondFactor.confirmed_at.is_(None),
        )
    )


def _use(session: Session, dependencies: Dependencies, row: SecondFactor, code: str, now: datetime) -> bool:
    plain = codes.canonical_code(code)
    if row.kind == TOTP:
        step = totp.step_of(_secret(dependencies, row), plain, now)
        return step is not None and _use_step(session, row.account_id, step, now)
    used = (
        update(PrintedCode)
        .where(
            PrintedCode.factor_id == row.id,
            PrintedCode.digest == _digest(dependencies, row.id, plain),
            PrintedCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(PrintedCode.factor_id)
    )
    return session.execute(used).scalar_one_or_none() is not None


def _use_step(session: Session, account: UUID, step: int, now: datetime) -> bool:
    statement = insert(UsedStep).values(account_id=account, step=step, used_at=now).on_conflict_do_nothing()
    return session.execute(statement.returning(UsedStep.step)).scalar_one_or_none() is not None


def _seal(dependencies: Dependencies, row: SecondFactor, secret: str) -> None:
    key = dependencies.keyring.new_record_key()
    row.kek_id, row.wrapped_key = key.stored.kek_id, key.stored.wrapped
    row.sealed = key.seal(secret.encode(), table="second_factor", row=str(row.id), column="sealed")


def _secret(dependencies: Dependencies, row: SecondFactor) -> str:
    if row.kek_id is None or row.wrapped_key is None or row.sealed is None:
        raise ValueError("a TOTP factor without its secret")
    key = dependencies.keyring.unwrap(WrappedKey(row.kek_id, row.wrapped_key))
    opened = key.open(row.sealed, table="second_factor", row=str(row.id), column="sealed")
    return opened.decode()


def _digest(dependencies: Dependencies, factor: UUID, code: str) -> bytes:
    return dependencies.mac.digest("printed-code", f"{factor}|{code}".encode())
