"""Demo accounts: every role once, the same officers, passwords of their own."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gridsvc.services import passwords
from gridsvc.services.accounts import WrongCredentials, machine_of, sign_in
from gridsvc.services.context import Context
from gridsvc.services.demo_accounts import WANTED, create_demo_accounts, simulator_key
from gridsvc.services.refusal import Refusal
from tests.city import build_tiny_city
from tests.city_people import WEAK_HASHER


@pytest.fixture(autouse=True)
def weak_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirteen passwords of full strength would cost each test a second or two."""
    monkeypatch.setattr(passwords, "HASHER", WEAK_HASHER)


@pytest.fixture
def demo(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Context]:
    """The tiny city without its own accounts."""
    demo = Context.open(new_database(), tmp_path / "media")
    build_tiny_city(demo.database, with_accounts=False)
    yield demo
    demo.close()


def test_there_is_an_account_for_every_role_that_opens(demo: Context, tmp_path: Path) -> None:
    made = create_demo_accounts(demo, tmp_path / "demo-accounts.txt")

    people = {account.login: account for account in made}
    machine = people.pop("simulator")
    assert set(people) == {wanted.login for wanted in WANTED} | {"resident"}
    assert len(WANTED) == 12
    for login, account in people.items():
        actor = sign_in(demo, login, account.password).actor
        held = {post.duty.value for post in actor.posts}
        assert held == (set() if login == "resident" else {account.role})
    assert len({account.password for account in made}) == len(made)
    acting = machine_of(demo, machine.password, "manager-D1")
    assert acting is not None
    assert acting.is_acted_for


def test_officers_are_of_several_towns_and_one_of_the_neighbour_city(
    demo: Context, tmp_path: Path
) -> None:
    made = {a.login: a.where for a in create_demo_accounts(demo, tmp_path / "a.txt")}

    assert made["inspector"] == "东城一社区 441900003001001"
    assert made["handler"] == made["dispatcher"] == "东城街道"
    assert made["dispatcher-city"] == "东莞市"
    assert made["liaison"] == "深圳市"


def test_the_file_is_for_its_owner_only_and_is_kept(demo: Context, tmp_path: Path) -> None:
    path = tmp_path / "var" / "demo-accounts.txt"
    first = create_demo_accounts(demo, path)

    again = create_demo_accounts(demo, path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert again == first
    assert simulator_key(path) == first[-1].password


@pytest.mark.parametrize("damage", ["lost", "of another database", "cut short"])
def test_a_file_that_does_not_fit_is_replaced_and_old_passwords_and_keys_end(
    demo: Context, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "demo-accounts.txt"
    first = create_demo_accounts(demo, path)
    if damage == "lost":
        path.unlink()
    elif damage == "cut short":
        path.write_text(path.read_text()[:-60])
    else:
        path.write_text(path.read_text().replace(first[0].password, "none-such-word"))

    second = create_demo_accounts(demo, path)

    assert [a.login for a in second] == [a.login for a in first]
    assert second[0].password != first[0].password
    with pytest.raises(WrongCredentials):
        sign_in(demo, first[0].login, first[0].password)
    assert sign_in(demo, second[0].login, second[0].password)
    assert machine_of(demo, first[-1].password) is None
    assert machine_of(demo, second[-1].password) is not None


def test_a_real_city_gets_none(new_database: Callable[[], str], tmp_path: Path) -> None:
    real = Context.open(new_database(), tmp_path / "media")
    build_tiny_city(real.database, with_accounts=False, is_demo=False)

    with pytest.raises(Refusal, match="not"):
        create_demo_accounts(real, tmp_path / "demo-accounts.txt")

    assert not (tmp_path / "demo-accounts.txt").exists()
    real.close()
