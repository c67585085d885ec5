"""Progress: what a step makes of an incident, judged by the table of the life-cycle.

Everything here is a value; tasks, queues and clocks follow in the services.
"""

from collections.abc import Callable

from gridsvc.core.action import Action, IllegalStep, Standing, Timing
from gridsvc.core.guard import GUARDS
from gridsvc.core.incident import Incident, Verification
from gridsvc.core.life_cycle import State, Step
from gridsvc.core.matter import Matter
from gridsvc.core.request import (
    REVIEWERS_OF_APPEAL,
    Request,
    RequestKind,
    Satisfaction,
    Supervision,
)
from gridsvc.core.transition import STEPS_FROM, Transition
from gridsvc.core.value import changed


def after(incident: Incident, action: Action) -> Incident:
    """Return the incident after a step, or raise IllegalStep."""
    rows = STEPS_FROM.get((incident.state, action.step), ())
    if not rows:
        raise IllegalStep(
            "wrong_state", f"“{action.step}” is not possible while the incident is {incident.state}"
        )
    refusal: IllegalStep | None = None
    for row in rows:
        refused = _refusal(incident, row, action)
        if refused is None:
            return _changed_by(incident, row, action)
        # of several refusals, that of a row which is for this role says more
        if refusal is None or refusal.code == "not_yours":
            refusal = refused
    assert refusal is not None
    raise refusal


def steps_for(
    incident: Incident,
    standing: Standing,
    timing: Timing,
    matter: Matter | None = None,
    recheck_share: float = 0.0,
) -> tuple[Step, ...]:
    """Return the steps open to somebody now, given that they will supply what is asked."""
    return tuple(
        step
        for step in Step
        if any(
            row.roles & standing.roles
            and all(
                GUARDS[guard].holds(
                    incident,
                    Action(
                        step=step,
                        by=standing,
                        timing=timing,
                        matter=matter,
                        recheck_share=recheck_share,
                    ),
                )
                for guard in row.guards
                if not GUARDS[guard].asks_input
            )
            for row in STEPS_FROM.get((incident.state, step), ())
        )
    )


def _refusal(incident: Incident, row: Transition, action: Action) -> IllegalStep | None:
    if not row.roles & action.by.roles:
        who = " or ".join(sorted(row.roles))
        return IllegalStep("not_yours", f"“{action.step}” is for the {who} of this incident")
    for guard in row.guards:
        if not GUARDS[guard].holds(incident, action):
            return IllegalStep(guard, GUARDS[guard].message)
    return None


def _changed_by(incident: Incident, row: Transition, action: Action) -> Incident:
    if row.target is row.origin:
        moved = incident
    else:
        # What was asked for or granted belongs to the work it was asked for.
        is_moot = incident.request is not None and incident.request.kind is RequestKind.APPEAL
        moved = changed(
            incident,
            state=row.target,
            request=None,
            suspended_until=None,
            has_appealed=incident.has_appealed and not is_moot,
        )
    change = _CHANGES.get(row.step)
    return change(moved, action) if change else moved


def _solved(incident: Incident, action: Action) -> Incident:
    if action.by.officer_id is None:
        return incident
    return changed(
        incident,
        solvers=incident.solvers | {action.by.officer_id},
        solved_level=incident.level,
    )


def _filed(incident: Incident, action: Action) -> Incident:
    assert action.condition is not None
    return changed(incident, condition=action.condition.code)


def _given(incident: Incident, action: Action) -> Incident:
    if incident.state is not State.DISPATCHED:
        # a verify or re-check task changes hands, the responsibility does not
        return incident
    return changed(
        incident,
        post_id=action.post_id,
        department=action.department,
        tier=action.tier or incident.tier,
        level=action.level or incident.level,
    )


def _asking(incident: Incident, action: Action, kind: RequestKind) -> Incident:
    return changed(
        incident,
        request=Request(
            kind=kind,
            asked_by=action.by.officer_id,
            asked_at=action.timing.now,
            until=action.until if kind is RequestKind.SUSPENSION else None,
        ),
    )


def _suspended(incident: Incident, _: Action) -> Incident:
    assert incident.request is not None
    return changed(
        incident,
        request=None,
        suspended_until=incident.request.until,
        suspension_count=incident.suspension_count + 1,
    )


def _supervised(incident: Incident, action: Action) -> Incident:
    assert action.until is not None
    level = action.by.level or incident.level
    if level is None:
        return incident
    return changed(incident, supervision=Supervision(level=level, until=action.until))


def _granted(incident: Incident, action: Action) -> Incident:
    """Two must agree; what is exempted is the statistic, the breach stays where it is."""
    asked = incident.request
    assert asked is not None
    assert action.by.officer_id is not None
    agreed = asked.granted_by | {action.by.officer_id}
    if len(agreed) < REVIEWERS_OF_APPEAL:
        return changed(incident, request=changed(asked, granted_by=agreed))
    return changed(incident, request=None, exempted_at=action.timing.now)


_CHANGES: dict[Step, Callable[[Incident, Action], Incident]] = {
    Step.CHOOSE_LEVEL: lambda i, a: changed(i, chosen_level=a.level),
    Step.VERIFY_CONFIRM: lambda i, _: changed(i, verification=Verification.CONFIRMED),
    Step.VERIFY_DENY: lambda i, _: changed(i, verification=Verification.DENIED),
    Step.FILE: _filed,
    Step.ACCEPT: _filed,
    Step.DISPATCH: _given,
    Step.HANDLE: _solved,
    Step.SELF_FIX: _solved,
    Step.RETURN: lambda i, _: changed(i, post_id=None, return_count=i.return_count + 1),
    Step.REQUEST_EXTENSION: lambda i, a: _asking(i, a, RequestKind.EXTENSION),
    Step.APPROVE_EXTENSION: lambda i, _: changed(
        i, request=None, extension_count=i.extension_count + 1
    ),
    Step.REFUSE_EXTENSION: lambda i, _: changed(i, request=None),
    Step.REQUEST_SUSPENSION: lambda i, a: _asking(i, a, RequestKind.SUSPENSION),
    Step.APPROVE_SUSPENSION: _suspended,
    Step.REFUSE_SUSPENSION: lambda i, _: changed(i, request=None),
    Step.RESUME: lambda i, _: changed(i, suspended_until=None),
    Step.SUPERVISE: _supervised,
    Step.FORCE_CLOSE: lambda i, _: changed(i, is_force_closed=True),
    Step.APPEAL: lambda i, a: changed(_asking(i, a, RequestKind.APPEAL), has_appealed=True),
    Step.GRANT_APPEAL: _granted,
    Step.REJECT_APPEAL: lambda i, _: changed(i, request=None),
    Step.SATISFIED: lambda i, _: changed(i, satisfaction=Satisfaction.SATISFIED),
    Step.UNSATISFIED: lambda i, _: changed(
        i,
        satisfaction=Satisfaction.UNSATISFIED,
        reopen_count=i.reopen_count + 1,
        is_force_closed=False,
    ),
    # 返工 goes to the same post and department; who solved it stays among the solvers
    Step.RECHECK_FAIL: lambda i, _: changed(i, rework_count=i.rework_count + 1),
    Step.UNJOIN: lambda i, _: changed(i, joined_into=None, post_id=None),
}
