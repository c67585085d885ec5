"""The words of the life-cycle of an incident 案件: states, steps, roles and guards.

The terms follow the national usage: 核实 verify comes before filing (does the
reported thing exist?), 核查 re-check after disposal (is it fixed?). Being overdue is
a fact about a clock and never a state. The table of steps is in `transition`, guards are
judged in `guard`.
"""

from enum import StrEnum


class State(StrEnum):
    """Where an incident stands."""

    REPORTED = "reported"  # 上报: awaits verification or acceptance
    VERIFYING = "verifying"  # 核实
    FILED = "filed"  # 立案: awaits dispatch
    DISPATCHED = "dispatched"  # 派遣
    HANDLING = "handling"  # 处置中
    RECHECKING = "rechecking"  # 待核查
    RETURNED = "returned"  # 退单: awaits a new dispatch
    CLOSED = "closed"  # 结案
    VOIDED = "voided"  # 作废

    @property
    def is_open(self) -> bool:
        """Whether somebody must still own the incident."""
        return self not in TERMINAL_STATES


TERMINAL_STATES = frozenset({State.CLOSED, State.VOIDED})


class Step(StrEnum):
    """What is done to an incident."""

    REQUEST_VERIFY = "request_verify"
    VERIFY_CONFIRM = "verify_confirm"
    VERIFY_DENY = "verify_deny"
    FILE = "file"
    ACCEPT = "accept"  # 受理 and 立案 in one act of the dispatcher
    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"
    HANDLE = "handle"
    RETURN = "return"
    RECHECK_PASS = "recheck_pass"
    RECHECK_FAIL = "recheck_fail"  # 返工
    SELF_FIX = "self_fix"  # 自行处置
    VOID = "void"
    # 延期: one more original limit
    REQUEST_EXTENSION = "request_extension"
    APPROVE_EXTENSION = "approve_extension"
    REFUSE_EXTENSION = "refuse_extension"
    # 挂账: the clock stands still until a date
    REQUEST_SUSPENSION = "request_suspension"
    APPROVE_SUSPENSION = "approve_suspension"
    REFUSE_SUSPENSION = "refuse_suspension"
    RESUME = "resume"
    SUPERVISE = "supervise"  # 督办
    FORCE_CLOSE = "force_close"  # 强制结案
    # 申诉: exempts from the statistic, never from the fact
    APPEAL = "appeal"
    GRANT_APPEAL = "grant_appeal"
    REJECT_APPEAL = "reject_appeal"
    # 回访: asked once after closing; 不满意 opens it again
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    CHOOSE_LEVEL = "choose_level"  # 分级应对: the level suggested is confirmed, or another chosen
    UNJOIN = "unjoin"  # it was taken for the same as another one, and is not


#: The steps that answer what was asked for; any other that ends it lets it lapse.
ANSWERS = frozenset(
    {
        Step.APPROVE_EXTENSION,
        Step.REFUSE_EXTENSION,
        Step.APPROVE_SUSPENSION,
        Step.REFUSE_SUSPENSION,
        Step.GRANT_APPEAL,
        Step.REJECT_APPEAL,
    }
)


class Role(StrEnum):
    """What somebody is to one incident; a duty alone gives no right to act on it."""

    SYSTEM = "system"
    DISPATCHER = "dispatcher"  # of a division over the incident
    ASSIGNEE = "assignee"  # holds its open task
    REPORTER = "reporter"  # the officer who reported it
    SENDER = "sender"  # an account, of a resident too, that sent a report of it
    RESPONSIBLE = "responsible"  # holds the post that had it last
    APPROVER = "approver"  # dispatcher or supervisor at or above the level in command
    COMMANDER = "commander"  # dispatcher over it, above the lowest level
    SUPERVISOR = "supervisor"  # grid supervisor over it, or dispatcher above the level in command
    REVIEWER = "reviewer"  # dispatcher or grid supervisor over it
    HEAD = "head"  # dispatcher at the highest level, or grid supervisor over it


class Guard(StrEnum):
    """A condition on a step, beyond the state and the role."""

    REASON_GIVEN = "reason_given"
    CONDITION_CHOSEN = "condition_chosen"
    POST_CHOSEN = "post_chosen"
    LEVEL_CHOSEN = "level_chosen"
    AFTER_PHOTO = "after_photo"
    PHOTO_PAIR = "photo_pair"
    SELF_FIX_ALLOWED = "self_fix_allowed"
    CHECKER_IS_NOT_SOLVER = "checker_is_not_solver"
    NOT_VERIFIED_YET = "not_verified_yet"
    VERIFIED_WHERE_ASKED = "verified_where_asked"
    #: these two choose between the two ends of a failed re-check
    WAS_DISPATCHED = "was_dispatched"
    NEVER_DISPATCHED = "never_dispatched"
    #: and these two between the two ends of a self-fix
    SAMPLED = "sampled"
    NOT_SAMPLED = "not_sampled"
    # asking for something, and answering
    NOTHING_ASKED = "nothing_asked"
    EXTENSION_ASKED = "extension_asked"
    SUSPENSION_ASKED = "suspension_asked"
    APPEAL_ASKED = "appeal_asked"
    NOT_THE_ASKER = "not_the_asker"
    NOT_OVERDUE = "not_overdue"
    EXTENSIONS_LEFT = "extensions_left"
    NEVER_SUSPENDED = "never_suspended"
    SUSPENDED = "suspended"
    NOT_SUSPENDED = "not_suspended"
    END_CHOSEN = "end_chosen"
    END_AHEAD = "end_ahead"
    NOTE_GIVEN = "note_given"
    # after closing
    WAS_LATE = "was_late"
    NEVER_APPEALED = "never_appealed"
    ANOTHER_REVIEWER = "another_reviewer"
    NOT_ANSWERED_YET = "not_answered_yet"
    REOPENED = "reopened"
    JOINED = "joined"
    CONDITION_KNOWN = "condition_known"
