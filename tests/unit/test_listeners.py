"""Who listens to the live feed is found by what they may see."""

from gridsvc.api.listeners import Listener, Listeners
from gridsvc.services.feed import Audience


def test_only_who_holds_a_key_is_concerned() -> None:
    listeners = Listeners()
    town, phone = (
        Listener(Audience(frozenset({"T", "p1"})), 9),
        Listener(Audience(frozenset({"p2"})), 9),
    )
    twin = Listener(Audience(frozenset({"p1", "T"})), 9)
    for one in (town, phone, twin):
        listeners.add(one)

    [(audience, group)] = listeners.concerned(["T", "p1", "x"])
    assert (audience, set(group)) == (town.audience, {town, twin})
    assert [one for one, _ in listeners.concerned(["p2"])] == [phone.audience]
    assert list(listeners.concerned(["x"])) == []
    assert len(listeners) == 3


def test_nothing_stays_of_those_who_have_left() -> None:
    listeners = Listeners()
    one, other = Listener(Audience(frozenset({"T"})), 9), Listener(Audience(frozenset({"T"})), 9)
    listeners.add(one)
    listeners.add(other)
    listeners.remove(one)
    assert [group for _, group in listeners.concerned(["T"])] == [[other]]

    listeners.remove(other)
    listeners.remove(other)

    assert list(listeners.concerned(["T"])) == list(listeners) == []
    assert not listeners._of_key
