"""Who listens to the live feed is found by what they may see."""

from gridsvc.api.audience import Audience, Listener


def test_only_who_holds_a_key_is_concerned() -> None:
    audience = Audience()
    town, phone = Listener(frozenset({"T", "p1"}), 9), Listener(frozenset({"p2"}), 9)
    twin = Listener(frozenset({"p1", "T"}), 9)
    for one in (town, phone, twin):
        audience.add(one)

    [(scope, group)] = audience.concerned(["T", "p1", "x"])
    assert (scope, set(group)) == (town.scope, {town, twin})
    assert [scope for scope, _ in audience.concerned(["p2"])] == [phone.scope]
    assert list(audience.concerned(["x"])) == []
    assert len(audience) == 3


def test_nothing_stays_of_those_who_have_left() -> None:
    audience = Audience()
    one, other = Listener(frozenset({"T"}), 9), Listener(frozenset({"T"}), 9)
    audience.add(one)
    audience.add(other)
    audience.remove(one)
    assert [group for _, group in audience.concerned(["T"])] == [[other]]

    audience.remove(other)
    audience.remove(other)

    assert list(audience.concerned(["T"])) == list(audience) == []
    assert not audience._of_key
