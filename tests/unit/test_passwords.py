"""Passwords: unknown logins cost as much, and a storm of sign-ins does not take every thread."""

import pytest
from argon2 import PasswordHasher

from gridsvc.services import passwords
from gridsvc.services.passwords import (
    NOBODYS_HASH,
    TooManySignIns,
    hash_password,
    is_dated,
    is_right_password,
)

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_hash_knows_its_password_and_no_other() -> None:
    stored = hash_password("right")

    assert is_right_password("right", stored)
    assert not is_right_password("Right", stored)
    assert not is_dated(stored)
    assert is_dated(CHEAP.hash("right"))


def test_refusing_an_unknown_login_costs_what_a_known_one_costs() -> None:
    assert not is_dated(NOBODYS_HASH)
    assert not is_right_password("anything", None)


def test_whoever_finds_the_queue_full_is_sent_away_at_once_and_the_place_comes_back() -> None:
    cheap = CHEAP.hash("right")
    for _ in range(passwords.WAITING):
        passwords._places.acquire()
    try:
        with pytest.raises(TooManySignIns):
            is_right_password("right", cheap)
    finally:
        for _ in range(passwords.WAITING):
            passwords._places.release()

    assert all(is_right_password("right", cheap) for _ in range(passwords.WAITING + 1))
