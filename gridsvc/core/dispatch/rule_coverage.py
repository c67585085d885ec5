"""What is wrong with rules when they are held against the city's lists and posts.

Every case that may come (matter, condition, community) is put to the same function that
the engine asks, so nothing is found here that dispatch would not do. Communities that no
rule tells apart are one case.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from uuid import UUID

from gridsvc.core.department import DepartmentCode
from gridsvc.core.dispatch.authority import choose_authority
from gridsvc.core.dispatch.decision import IncidentFacts, Purpose
from gridsvc.core.dispatch.ground import Ground
from gridsvc.core.dispatch.rule_finding import City, Cover, Finding, FindingKind
from gridsvc.core.dispatch.rules import Override, Rules, Scope
from gridsvc.core.division import Division, DivisionCode, Level
from gridsvc.core.duty import Tier
from gridsvc.core.matter import FilingCondition, Matter
from gridsvc.core.place import Match

_NOBODY = UUID(int=0)


def find_rule_findings(
    rules: Rules, city: City, in_force: Rules | None = None
) -> tuple[Finding, ...]:
    """List what keeps rules from doing what they say, or a case from being taken.

    With the rules in force given, a finding that they have too is marked as old.
    """
    found = [
        *_unknown_names(rules, city),
        *_unknown_levels(rules, city),
        *_of_cases(rules, city),
    ]
    if in_force is None:
        return tuple(found)
    old = find_rule_findings(in_force, city)
    return tuple(
        replace(one, is_old=True) if any(one.is_within(before) for before in old) else one
        for one in found
    )


def _named_scopes(rules: Rules) -> Iterable[tuple[str, Scope]]:
    for at, override in enumerate(rules.overrides):
        yield f"overrides/{at}", override.scope
    for at, reduction in enumerate(rules.limit_reductions):
        yield f"limit_reductions/{at}", reduction.scope


def _unknown_names(rules: Rules, city: City) -> Iterable[Finding]:
    conditions = _conditions_of(city)
    for rule, scope in _named_scopes(rules):
        about = partial(Finding, rule=rule, matter=scope.matter, condition=scope.condition)
        if scope.matter is not None and scope.matter not in city.matters:
            yield about(kind=FindingKind.UNKNOWN_MATTER)
        if scope.condition is not None:
            condition = conditions.get(scope.condition)
            if condition is None:
                yield about(kind=FindingKind.UNKNOWN_CONDITION)
            elif scope.matter not in (None, condition.matter_code):
                yield about(kind=FindingKind.CONDITION_OF_OTHER_MATTER)
        if scope.division is not None and scope.division not in city.division_codes:
            yield Finding(kind=FindingKind.UNKNOWN_DIVISION, divisions=(scope.division,), rule=rule)
    for at, override in enumerate(rules.overrides):
        if override.department is not None and override.department not in city.departments:
            yield Finding(
                kind=FindingKind.UNKNOWN_DEPARTMENT,
                rule=f"overrides/{at}",
                department=override.department,
            )


def _unknown_levels(rules: Rules, city: City) -> Iterable[Finding]:
    for condition in _conditions_of(city).values():
        if condition.level not in rules.ranks:
            yield Finding(
                kind=FindingKind.UNKNOWN_LEVEL,
                matter=condition.matter_code,
                condition=condition.code,
                level=condition.level,
            )
    for level in rules.ladder.levels:
        if level not in city.levels:
            yield Finding(kind=FindingKind.UNKNOWN_LEVEL, level=level)


def _conditions_of(city: City) -> dict[str, FilingCondition]:
    return {c.code: c for matter in city.matters.values() for c in matter.conditions}


def _of_cases(rules: Rules, city: City) -> Iterable[Finding]:
    """Put every case to the rules; what no case is decided by is unreachable."""
    used: set[str] = set()
    staff = _Staff(rules, city.covers)
    contradictions: dict[Finding, None] = {}
    uncovered: defaultdict[Finding, list[str]] = defaultdict(list)
    for paths in _told_apart(rules, city).values():
        ground = _ground(city, paths[0])
        codes = tuple(division.code for division in paths[0])
        for matter in city.matters.values():
            for condition in (None, *matter.conditions):
                used |= _rules_used(rules, matter, condition, codes)
                if condition is None or condition.level not in rules.ranks:
                    continue
                case, contradicts = _judged(rules, matter, condition, ground, codes)
                contradictions |= dict.fromkeys(contradicts)
                for path in paths:
                    if not staff.takes(case, path):
                        uncovered[case].append(path[0].code)
    yield from contradictions
    known = {finding.rule for finding in _unknown_names(rules, city)}
    for rule, scope in _named_scopes(rules):
        if rule not in used and rule not in known:
            yield Finding(
                kind=FindingKind.UNREACHABLE,
                rule=rule,
                matter=scope.matter,
                condition=scope.condition,
            )
    for case, communities in uncovered.items():
        yield replace(case, divisions=tuple(sorted(communities)))


def _told_apart(
    rules: Rules, city: City
) -> dict[tuple[DivisionCode, ...], list[tuple[Division, ...]]]:
    """Group communities by the divisions over them that some rule names."""
    named = {scope.division for _, scope in _named_scopes(rules)}
    groups: defaultdict[tuple[DivisionCode, ...], list[tuple[Division, ...]]] = defaultdict(list)
    for path in city.paths:
        groups[tuple(d.code for d in path if d.code in named)].append(path)
    return groups


def _ground(city: City, path: tuple[Division, ...]) -> Ground:
    return Ground(
        generation=0,
        match=Match.INSIDE,
        grid=None,
        divisions=path,
        departments=frozenset(city.departments),
        calendar=city.calendar,
    )


def _rules_used(
    rules: Rules,
    matter: Matter,
    condition: FilingCondition | None,
    codes: tuple[DivisionCode, ...],
) -> set[str]:
    """Return which rules decide a case: one override, and the strictest reductions."""
    code = None if condition is None else condition.code
    override = rules.override_for(matter.code, code, codes)
    fraction = rules.limit_fraction(matter.code, code, codes)
    used = {
        f"limit_reductions/{at}"
        for at, reduction in enumerate(rules.limit_reductions)
        if reduction.fraction == fraction and reduction.scope.covers(matter.code, code, codes)
    }
    if override is not None:
        used.add(_name_of(rules, override))
    return used


def _name_of(rules: Rules, override: Override) -> str:
    return f"overrides/{rules.overrides.index(override)}"


def _judged(
    rules: Rules,
    matter: Matter,
    condition: FilingCondition,
    ground: Ground,
    codes: tuple[DivisionCode, ...],
) -> tuple[Finding, list[Finding]]:
    """Return what a case asks for, as the finding that nobody takes it, and what contradicts."""
    facts = IncidentFacts(incident_id=_NOBODY, matter=matter, condition=condition, is_verified=True)
    authority = choose_authority(facts, Purpose.FIRST, ground, rules)
    contradicts = []
    override = rules.override_for(matter.code, condition.code, codes)
    if override is not None:
        about = partial(
            Finding,
            rule=_name_of(rules, override),
            matter=matter.code,
            condition=condition.code,
        )
        if (
            override.level is not None
            and rules.ranks[override.level] < rules.ranks[condition.level]
        ):
            contradicts.append(about(kind=FindingKind.BELOW_CONDITION_LEVEL))
        if override.tier is Tier.PATROL and authority.tier is not Tier.PATROL:
            contradicts.append(about(kind=FindingKind.PATROL_ABOVE_LOWEST))
    case = Finding(
        kind=FindingKind.NO_POST,
        matter=matter.code,
        condition=condition.code,
        tier=authority.tier,
        level=authority.level,
        department=authority.department,
    )
    return case, contradicts


class _Staff:
    """Where posts stand, by tier and department: the height of each over each division."""

    def __init__(self, rules: Rules, covers: Collection[Cover]) -> None:
        self._ranks = rules.ranks
        self._height: dict[tuple[Tier, DepartmentCode | None, DivisionCode], int] = {}
        for cover in covers:
            # patrol owns every matter
            department = None if cover.tier is Tier.PATROL else cover.department
            key = (cover.tier, department, cover.division)
            rank = self._ranks.get(cover.level, 0)
            self._height[key] = max(rank, self._height.get(key, 0))

    def takes(self, case: Finding, path: tuple[Division, ...]) -> bool:
        """Tell whether a post is there: its own tier's and department's, or the community's pool.

        Borrowing from a neighbour is for the day, no way to cover a community.
        """
        assert case.tier is not None
        least = self._ranks[Level(case.level or "")]
        department = None if case.tier is Tier.PATROL else DepartmentCode(case.department or "")
        if any(
            self._height.get((case.tier, department, division.code), -1) >= least
            for division in path
        ):
            return True
        return self._height.get((case.tier, None, path[0].code), -1) >= least
