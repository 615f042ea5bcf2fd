"""Argon2id at the least cost that it has, for accounts that only this process makes.

Why: most tests of accounts make people who sign in, and a hash that is dear to guess is dear to make. Processes that
tests start, the demo among them, hash as in truth.
"""

from argon2 import PasswordHasher

from directory_service.accounts.outside import password_hashes


def hash_cheaply() -> None:
    """From now on in this process; the dummy that is verified for nobody costs as little."""
    password_hashes._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password_hashes._DUMMY = password_hashes.hash_password("nobody's")
