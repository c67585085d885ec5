"""What a decision is asked for, beyond what the incident itself says."""

from dataclasses import dataclass

from gridsvc.core.dispatch.clock import StageClock
from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.division import Level
from gridsvc.core.officer import OfficerId
from gridsvc.core.post import PostId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a decision is asked for, beyond what the incident itself says."""

    purpose: Purpose
    excluded_officers: frozenset[OfficerId] = frozenset()
    excluded_posts: frozenset[PostId] = frozenset()
    chosen_post: PostId | None = None
    raised_to: Level | None = None
    #: the limit of handling that runs already
    handle_clock: StageClock | None = None
    self_fix: bool = False
    has_photo_pair: bool = False
