"""Where somebody may change what belongs to a place: at and below the divisions of their posts."""

from collections.abc import Collection, Iterable

from gridsvc.core.actor import Actor
from gridsvc.core.duty import Duty


class OutsideYourArea(Exception):
    """What would be changed lies beyond the divisions that the actor answers for."""


def is_over(actor: Actor, path: Iterable[str], duties: Collection[Duty]) -> bool:
    """Tell whether a post of these duties stands over a place; `path` is its divisions' codes."""
    codes = set(path)
    return any(
        post.duty in duties and not post.is_over_grid and post.division_code in codes
        for post in actor.posts
    )


def check_over(actor: Actor, path: Iterable[str], duties: Collection[Duty], what: str) -> None:
    """Raise `OutsideYourArea` where no post of these duties stands over a place."""
    if not is_over(actor, path, duties):
        raise OutsideYourArea(f"{what} lies outside of the divisions that you answer for")


def person_key(actor: Actor) -> str:
    """Return who somebody is, whatever account they use."""
    if actor.officer_id is not None:
        return f"o{actor.officer_id}"
    return f"a{actor.account_id}"
