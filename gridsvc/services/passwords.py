"""Passwords: argon2id, computed by few threads at a time.

A verification costs a tenth of a second and tens of megabytes on purpose. Without a
limit a storm of sign-ins would take every thread and the memory of the server; here
it takes `AT_ONCE` cores, and whoever finds the queue full is asked to come again.
"""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

#: Verifications that run at a time, and sign-ins that may hold a thread while they wait.
AT_ONCE = 2
WAITING = 16

#: OWASP's first choice for argon2id (46 MiB, one lane), with a second pass.
HASHER = PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1)

#: The hash of a random password that was thrown away; verified for logins that nobody has, so
#: that their refusal takes as long. A test keeps its cost that of `HASHER`.
NOBODYS_HASH = (
    "$argon2id$v=19$m=47104,t=2,p=1$wWTidbO7h6puRC5vYfUR5A$"
    "I+jvYtz9HNek7WktayicxDTfbkaixR8L/CY6IDR0RAI"
)

_places = threading.BoundedSemaphore(WAITING)
_cores = threading.BoundedSemaphore(AT_ONCE)


class TooManySignIns(Exception):
    """So many sign-ins wait already that one more must come again later."""

    retry_after_s = 3


def hash_password(password: str) -> str:
    """Return a salted argon2id hash with its parameters in it."""
    return HASHER.hash(password)


def is_right_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password has this hash; without a hash it takes as long and is wrong.

    Raises `TooManySignIns` at once when the queue is full. Hold no connection meanwhile.
    """
    if not _places.acquire(blocking=False):
        raise TooManySignIns("too many sign-ins are waiting; try again in a few seconds")
    try:
        with _cores:
            try:
                HASHER.verify(password_hash or NOBODYS_HASH, password)
            except VerificationError:
                return False
            return password_hash is not None
    finally:
        _places.release()


def is_dated(password_hash: str) -> bool:
    """Tell whether a hash was made with other costs than today's."""
    return HASHER.check_needs_rehash(password_hash)
