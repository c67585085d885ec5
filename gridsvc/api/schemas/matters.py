"""Matters on the wire."""

from datetime import datetime

from pydantic import BaseModel

from gridsvc.api.schemas.references import ConditionOut, LimitOut, NamedOut
from gridsvc.services.ground import Reference


class MatterOut(NamedOut):
    """A kind of thing that may be reported, with its filing conditions."""

    category: str
    department: NamedOut
    entry_tier: str
    #: whether an inspector may put it right on the spot
    self_fix: bool
    conditions: list[ConditionOut]
    #: from when on nothing is reported under it any more
    withdrawn_at: datetime | None


class MattersOut(BaseModel):
    """Every matter by code."""

    items: list[MatterOut]

    @classmethod
    def of(cls, reference: Reference) -> "MattersOut":
        """Return the wire form of the matters."""
        items = []
        for matter in reference.matters.values():
            department = reference.departments[matter.department]
            items.append(
                MatterOut(
                    code=matter.code,
                    name=matter.name,
                    name_en=matter.name_en,
                    category=matter.category,
                    department=NamedOut(
                        code=department.code, name=department.name, name_en=department.name_en
                    ),
                    entry_tier=matter.entry_tier,
                    self_fix=matter.self_fix,
                    conditions=[
                        ConditionOut(
                            code=condition.code,
                            name=condition.name,
                            name_en=condition.name_en,
                            severity=condition.severity,
                            level=condition.level,
                            limit=LimitOut(
                                amount=condition.limit.amount, kind=condition.limit.kind
                            ),
                            closing_condition=condition.closing_condition,
                            closing_condition_en=condition.closing_condition_en,
                        )
                        for condition in matter.conditions
                    ],
                    withdrawn_at=matter.withdrawn_at,
                )
            )
        return cls(items=items)
