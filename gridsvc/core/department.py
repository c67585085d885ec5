"""Departments 部门: who a matter belongs to."""

from dataclasses import dataclass
from typing import NewType

DepartmentCode = NewType("DepartmentCode", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """An office of the city that leads matters and holds posts."""

    code: DepartmentCode
    name: str
    name_en: str = ""
    #: True when no public source attests it and the sample city invented it
    assumed: bool = False
