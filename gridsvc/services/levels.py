"""The level of an incident: suggested, confirmed by a person, or chosen otherwise with a reason."""

from dataclasses import replace
from uuid import UUID

from gridsvc.core.action import Standing as Party
from gridsvc.core.actor import Actor
from gridsvc.core.dispatch.authority import choose_authority
from gridsvc.core.dispatch.decision import IncidentFacts, Purpose
from gridsvc.core.dispatch.level_suggestion import LevelSuggestion, suggest_level
from gridsvc.core.dispatch.reason import QueueReason
from gridsvc.core.division import DivisionCode, Level
from gridsvc.core.life_cycle import State
from gridsvc.services.action_draft import ActionDraft, UnknownIncident
from gridsvc.services.ask import Ask
from gridsvc.services.casework import Case
from gridsvc.services.context import Context
from gridsvc.services.desk import Desk
from gridsvc.services.incident_view import Shown, named
from gridsvc.store.database import EVERYTHING, set_scope
from gridsvc.store.incidents import incident_now
from gridsvc.store.reach import Reach, reach_of

#: Where somebody has it, or should: another level means somebody else.
_IN_WORK = (State.FILED, State.DISPATCHED, State.HANDLING)


def level_view(ctx: Context, actor: Actor, incident_id: UUID, persons: int | None) -> Shown:
    """Return the level in command, the one suggested, and what asks for it."""
    now = ctx.clock.now()
    with ctx.database.begin(actor.scope) as connection:
        stored = incident_now(connection, incident_id)
        if stored is None:
            raise UnknownIncident(f"there is no incident {incident_id} in your area")
        set_scope(connection, EVERYTHING)
        case = Desk.open(connection, ctx.ground, stored, now, actor.account_id).case
        reach = reach_of(connection, incident_id)
        suggestion = suggested(case, reach, persons)
        divisions = case.world.index.divisions
        smallest = smallest_of(case, reach)
    return {
        "level": stored.incident.level,
        "levels": case.world.rules.ladder.levels,
        "chosen_level": stored.incident.chosen_level,
        "suggested": suggestion.level,
        "reasons": suggestion.reasons,
        "extent": named(smallest, divisions),
        "persons": max(persons or 0, reach.reporters),
    }


def suggested(case: Case, reach: Reach, persons: int | None) -> LevelSuggestion:
    """Suggest a level; as many persons are concerned as reported it, or as somebody says."""
    incident, world = case.incident, case.world
    ground = world.ground(incident.match, case.stored.owner_grid_id, incident.place)
    facts = IncidentFacts(
        incident_id=incident.incident_id, matter=case.matter, condition=case.condition
    )
    authority = choose_authority(facts, Purpose.FIRST, ground, world.rules)
    ladder = world.rules.ladder
    extent = ladder.highest
    if (smallest := smallest_of(case, reach)) is not None:
        level = world.index.divisions[smallest].level
        extent = level if level in ladder.levels else ladder.highest
    return suggest_level(authority, extent, max(persons or 0, reach.reporters), ladder)


def smallest_of(case: Case, reach: Reach) -> DivisionCode | None:
    """Return the smallest division that holds every place it was reported from."""
    return next(
        (
            code
            for code in case.incident.division_codes
            if reach.is_within(code) and code in case.world.index.divisions
        ),
        None,
    )


def choose_level(desk: Desk, by: Party, draft: ActionDraft) -> None:
    """Confirm the level suggested, or choose another; whoever has it there gets it at once."""
    case = desk.case
    ladder = case.world.rules.ladder
    suggestion = suggested(case, reach_of(desk.connection, desk.incident_id), draft.persons)
    level = draft.level if draft.level in ladder.levels else None
    had = case.incident.level
    case.take(draft.step, by, level=level, suggested_level=suggestion.level, reason=draft.reason)
    assert level is not None
    case.note(
        "level_chosen",
        officer=by.officer_id,
        level=level,
        suggested=suggestion.level,
        reason=draft.reason,
        persons=draft.persons,
    )
    if level != had:
        take_command(case, level)
        give_at_level(desk)


def take_command(case: Case, level: Level) -> None:
    """Let a level be in command from now on."""
    case.stored = replace(case.stored, incident=replace(case.incident, level=level))


def give_at_level(desk: Desk) -> None:
    """Give what is in work to whom the level in command has for it.

    A 退单 waits there for a dispatcher.
    """
    case = desk.case
    if case.incident.state is State.RETURNED:
        desk.leave_queue()
        case.enqueue_at_command(QueueReason.RETURNED)
    elif case.incident.state in _IN_WORK:
        handle_clock = desk.handle_clock()
        desk.cancel_tasks()
        desk.stop_acknowledge_clock()
        case.settle(
            Ask(
                purpose=Purpose.REDISPATCH,
                excluded_posts=desk.returned_posts(),
                handle_clock=handle_clock,
            ),
            reason="level",
        )
