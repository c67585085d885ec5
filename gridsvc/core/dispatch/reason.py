"""Every code a decision may carry, in one place; the UI has a sentence for each.

Codes are stored for ever: add new ones, never change the meaning of an old one.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a decision came out as it did, in the order the questions were asked."""

    # which tier and level
    ENTRY_TIER = "entry_tier"  # the matter's own tier
    TIER_BY_SEVERITY = "tier_by_severity"  # the rules ask more for this severity
    TIER_BY_LEVEL = "tier_by_level"  # patrol has no authority above the lowest level
    TIER_BY_OVERRIDE = "tier_by_override"
    TIER_OF_TASK = "tier_of_task"  # verification and re-check are patrol work
    CONDITION_LEVEL = "condition_level"  # the lowest level that may solve it
    LEVEL_BY_SEVERITY = "level_by_severity"
    LEVEL_BY_OVERRIDE = "level_by_override"
    LEVEL_CHOSEN = "level_chosen"  # by a dispatcher
    LEVEL_RAISED = "level_raised"  # a lower level had it and let the clock run out
    DEPARTMENT_BY_OVERRIDE = "department_by_override"
    # the inspector's own fix
    SELF_FIXED = "self_fixed"
    SELF_FIX_SAMPLED = "self_fix_sampled"  # drawn for a re-check by somebody else
    SELF_FIX_NOT_ALLOWED = "self_fix_not_allowed"
    SELF_FIX_WITHOUT_PHOTO_PAIR = "self_fix_without_photo_pair"
    PUBLIC_REPORT_UNVERIFIED = "public_report_unverified"
    # why the first candidate is the first
    ONLY_CANDIDATE = "only_candidate"
    SMALLEST_PLACE = "smallest_place"
    PRIMARY_BEFORE_BACKUP = "primary_before_backup"
    LIGHTER_LOAD = "lighter_load"
    LOWER_CODE = "lower_code"
    OWNER_BEFORE_OTHERS = "owner_before_others"
    COMMUNITY_POOL = "community_pool"
    NEIGHBOUR_OF_COMMUNITY = "neighbour_of_community"
    NEIGHBOUR_OF_TOWN = "neighbour_of_town"
    LONGER_BORDER = "longer_border"
    CHOSEN_BY_DISPATCHER = "chosen_by_dispatcher"
    SAME_POST_AGAIN = "same_post_again"  # rework goes back to who did it
    # how the limit was found
    LIMIT_OF_CONDITION = "limit_of_condition"
    LIMIT_SHORTENED = "limit_shortened"
    JOINT_OFFERED = "joint_offered"


class WhyNot(StrEnum):
    """Why a post of the right tier was passed over."""

    VACANT = "vacant"
    ALL_AWAY = "all_away"
    OFF_SHIFT = "off_shift"
    EXCLUDED = "excluded"  # its holders solved it, returned it or had their chance
    OTHER_DEPARTMENT = "other_department"
    BELOW_LEVEL = "below_level"
    ANOTHER_CITY = "another_city"
    ANOTHER_TOWN = "another_town"
    ELSEWHERE = "elsewhere"  # covers neither the grid nor a neighbour of it
    UNPAID_DUTY = "unpaid_duty"


class Shortfall(StrEnum):
    """What the world lacked; each one is a gap that somebody should close."""

    VACANT_POST = "vacant_post"
    NOBODY_ON_SHIFT = "nobody_on_shift"
    NO_POST_OF_TIER = "no_post_of_tier"
    NO_DEPARTMENT_POST = "no_department_post"
    NOBODY_LEFT = "nobody_left"  # everybody who could has been excluded
    NO_POST_AT_LEVEL = "no_post_at_level"
    BORROWED = "borrowed"  # no owner could; the pool or a neighbour takes it
    NO_DISPATCHER = "no_dispatcher"  # the queue named has no staffed dispatcher post
    NO_LIAISON = "no_liaison"
    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_LEVEL = "unknown_level"
    CALENDAR_UNPUBLISHED = "calendar_unpublished"
    CHOSEN_POST_UNUSABLE = "chosen_post_unusable"


class QueueReason(StrEnum):
    """Why an incident stands in a dispatcher's queue; some are given by the life-cycle."""

    OUTSIDE_ALL_GRIDS = "outside_all_grids"
    NEIGHBOUR_CITY = "neighbour_city"  # in a grid of another city
    CONDITION_MISSING = "condition_missing"
    AWAITS_ACCEPTANCE = "awaits_acceptance"
    RETURNED = "returned"
    VERIFICATION_DENIED = "verification_denied"  # to be voided, or accepted with a reason
    NOBODY_AVAILABLE = "nobody_available"
    UNANSWERED = "unanswered"  # nobody acknowledged it, up to the highest level
    CHOSEN_POST_UNUSABLE = "chosen_post_unusable"
    UNSATISFIED = "unsatisfied"  # the reporter says that it is not solved
    HOLDER_LEFT = "holder_left"  # while it was suspended; nobody is asked before it goes on


class Flag(StrEnum):
    """What a dispatcher should look at although the incident has an owner."""

    EDGE = "edge"
    OVERLAP = "overlap"
    NEAREST_GRID = "nearest_grid"


class Rung(StrEnum):
    """How a candidate comes to be asked, best first."""

    OWNER = "owner"
    COMMUNITY_POOL = "community_pool"
    NEIGHBOUR_OF_COMMUNITY = "neighbour_of_community"
    NEIGHBOUR_OF_TOWN = "neighbour_of_town"
    CHOSEN = "chosen"  # named by a dispatcher, from outside of the ranking
    LIAISON = "liaison"  # of the neighbour city, for joint work only
