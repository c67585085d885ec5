"""The dictionary form of rules: what is stored, sent and edited.

Reading is strict: an unknown key or value is refused with its name, because a rule
that is silently not understood routes incidents wrongly.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.rules import (
    InvalidRules,
    LimitReduction,
    Override,
    Rules,
    Scope,
)
from gridsvc.core.division import DivisionCode, Ladder, Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import FilingConditionCode, Limit, LimitKind, MatterCode, Severity

Form = dict[str, Any]

_KEYS = frozenset(
    {
        "version",
        "effective_at",
        "ladder",
        "acknowledge_minutes",
        "verify_limit",
        "recheck_limit",
        "warn_fraction",
        "candidates_per_level",
        "self_fix_recheck_share",
        "border_zone_m",
        "duplicate_m",
        "duplicate_hours",
        "tier_by_severity",
        "level_by_severity",
        "overrides",
        "limit_reductions",
    }
)


def to_json(rules: Rules) -> Form:
    """Return rules as plain dictionaries, lists, numbers and strings."""
    return {
        "version": rules.version,
        "effective_at": rules.effective_at.isoformat(),
        "ladder": list(rules.ladder.levels),
        "acknowledge_minutes": {
            tier.value: dict(by_level) for tier, by_level in rules.acknowledge_minutes.items()
        },
        "verify_limit": _limit_form(rules.verify_limit),
        "recheck_limit": _limit_form(rules.recheck_limit),
        "warn_fraction": rules.warn_fraction,
        "candidates_per_level": rules.candidates_per_level,
        "self_fix_recheck_share": rules.self_fix_recheck_share,
        "border_zone_m": rules.border_zone_m,
        "duplicate_m": rules.duplicate_m,
        "duplicate_hours": rules.duplicate_hours,
        "tier_by_severity": {s.value: tier.value for s, tier in rules.tier_by_severity.items()},
        "level_by_severity": {s.value: level for s, level in rules.level_by_severity.items()},
        "overrides": [
            {
                "scope": _scope_form(o.scope),
                "tier": o.tier and o.tier.value,
                "level": o.level,
                "department": o.department,
            }
            for o in rules.overrides
        ],
        "limit_reductions": [
            {"scope": _scope_form(r.scope), "fraction": r.fraction} for r in rules.limit_reductions
        ],
    }


def from_json(form: Mapping[str, Any]) -> Rules:
    """Return the rules of a dictionary, or raise InvalidRules naming what is wrong.

    Only `version`, `effective_at` and `acknowledge_minutes` are needed; what is left
    out has its default.
    """
    _check_keys("rules", form, _KEYS)
    try:
        return Rules(**{key: _READERS[key](value) for key, value in form.items()})
    except InvalidRules:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidRules(f"rules cannot be read: {error}") from error


def _check_keys(what: str, form: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(form) - known):
        raise InvalidRules(f"{what} know no {', '.join(unknown)}")


def _limit_form(limit: Limit) -> Form:
    return {"amount": limit.amount, "kind": limit.kind.value}


def _scope_form(scope: Scope) -> Form:
    return {"matter": scope.matter, "condition": scope.condition, "division": scope.division}


def _limit(form: Mapping[str, Any]) -> Limit:
    _check_keys("limits", form, frozenset({"amount", "kind"}))
    return Limit(amount=_number(form["amount"]), kind=LimitKind(form["kind"]))


def _scope(form: Mapping[str, Any]) -> Scope:
    _check_keys("scopes", form, frozenset({"matter", "condition", "division"}))
    matter, condition, division = (form.get(k) for k in ("matter", "condition", "division"))
    return Scope(
        matter=None if matter is None else MatterCode(_text(matter)),
        condition=None if condition is None else FilingConditionCode(_text(condition)),
        division=None if division is None else DivisionCode(_text(division)),
    )


def _override(form: Mapping[str, Any]) -> Override:
    _check_keys("overrides", form, frozenset({"scope", "tier", "level", "department"}))
    tier, level, department = (form.get(k) for k in ("tier", "level", "department"))
    return Override(
        scope=_scope(form["scope"]),
        tier=None if tier is None else Tier(tier),
        level=None if level is None else Level(_text(level)),
        department=None if department is None else DepartmentCode(_text(department)),
    )


def _reduction(form: Mapping[str, Any]) -> LimitReduction:
    _check_keys("limit reductions", form, frozenset({"scope", "fraction"}))
    return LimitReduction(scope=_scope(form["scope"]), fraction=_number(form["fraction"]))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "version": _whole,
    "effective_at": datetime.fromisoformat,
    "ladder": lambda form: Ladder.of(*(_text(level) for level in form)),
    "acknowledge_minutes": lambda form: {
        Tier(tier): {Level(level): _number(minutes) for level, minutes in by_level.items()}
        for tier, by_level in form.items()
    },
    "verify_limit": _limit,
    "recheck_limit": _limit,
    "warn_fraction": _number,
    "candidates_per_level": _whole,
    "self_fix_recheck_share": _number,
    "border_zone_m": _number,
    "duplicate_m": _number,
    "duplicate_hours": _number,
    "tier_by_severity": lambda form: {Severity(s): Tier(tier) for s, tier in form.items()},
    "level_by_severity": lambda form: {Severity(s): Level(level) for s, level in form.items()},
    "overrides": lambda form: tuple(_override(o) for o in form),
    "limit_reductions": lambda form: tuple(_reduction(r) for r in form),
}
