"""Handing work over: tasks whose officer is gone are decided anew, so that none is orphaned."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from gridsvc.core.dispatch.decision import Purpose
from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.officer import OfficerId
from gridsvc.core.step_reason import StepReason
from gridsvc.core.task import TaskKind
from gridsvc.services.ask import Ask
from gridsvc.services.context import Context
from gridsvc.services.desk import Desk
from gridsvc.services.ground import GroundCache
from gridsvc.store.incidents import incident_for_update
from gridsvc.store.roster import stranded_incidents

PURPOSE_OF_TASK = {TaskKind.VERIFY: Purpose.VERIFY, TaskKind.RECHECK: Purpose.RECHECK}
log = structlog.get_logger("gridsvc.handover")


def hand_over_all(
    connection: Connection,
    cache: GroundCache,
    gone: OfficerId,
    posts: Sequence[int],
    now: datetime,
    account_id: UUID | None,
) -> int:
    """Decide anew about what somebody who is gone had of some posts; return how many tasks.

    The incidents are locked in the order of their ids. The cache is one of this transaction
    alone: what it reads may be undone with it.
    """
    incidents = stranded_incidents(connection, [gone], posts, now)
    for incident_id in incidents:
        hand_over(connection, cache, incident_id, frozenset({gone}), now, account_id)
    return len(incidents)


def hand_over_stranded(ctx: Context) -> int:
    """Decide anew about tasks that have nobody since a holding ended or a leave began.

    One transaction each, so that none bars another.
    """
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        incidents = stranded_incidents(connection, [], None, now)
    done = 0
    for incident_id in incidents:
        try:
            with ctx.database.begin() as connection:
                done += hand_over(
                    connection, ctx.ground, incident_id, frozenset(), ctx.clock.now(), None
                )
        except OperationalError:
            raise  # the database is away or busy: so it is for the others
        except Exception as error:
            # the type only: what an error says may quote people's data
            log.error("no handing over", incident=str(incident_id), error=type(error).__qualname__)
    return done


def hand_over(
    connection: Connection,
    cache: GroundCache,
    incident_id: UUID,
    gone: frozenset[OfficerId],
    now: datetime,
    account_id: UUID | None,
) -> bool:
    """Decide anew who does an incident's open task; its limit runs on. Tell whether it was."""
    stored = incident_for_update(connection, incident_id)
    if stored is None or not stored.incident.is_open:
        return False
    desk = Desk.open(connection, cache, stored, now, account_id)
    if not desk.open_tasks:
        return False
    case = desk.case
    purpose = PURPOSE_OF_TASK.get(desk.open_tasks[0].kind, Purpose.REDISPATCH)
    handle_clock = desk.handle_clock() if purpose is Purpose.REDISPATCH else None
    desk.cancel_tasks()
    if case.incident.suspended_until is not None:
        # Nobody works on it until then; whoever is asked afterwards is for a dispatcher to say.
        case.enqueue_at_command(QueueReason.HOLDER_LEFT)
        desk.close()
        return True
    if purpose is Purpose.REDISPATCH:
        desk.stop_acknowledge_clock()
    else:
        desk.stop_all_clocks()
    solvers = case.incident.solvers if purpose is Purpose.RECHECK else frozenset()
    case.settle(
        Ask(
            purpose=purpose,
            excluded_officers=gone | solvers,
            excluded_posts=desk.returned_posts(),
            raised_to=case.incident.level if purpose is Purpose.REDISPATCH else None,
            handle_clock=handle_clock,
        ),
        reason=StepReason.ABSENT.value,
    )
    desk.close()
    return True
