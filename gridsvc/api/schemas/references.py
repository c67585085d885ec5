"""What answers of every kind refer to: names, grids, places, conditions."""

from pydantic import BaseModel


class NamedOut(BaseModel):
    """A code with its names."""

    code: str
    name: str
    name_en: str = ""


class LimitOut(BaseModel):
    """A time allowed."""

    amount: float
    kind: str


class ConditionOut(NamedOut):
    """A filing condition with its limit and what proves it met."""

    severity: str
    level: str
    limit: LimitOut
    closing_condition: str
    closing_condition_en: str


class GridRefOut(BaseModel):
    """A grid by id and code."""

    grid_id: int
    code: str


class PointOut(BaseModel):
    """A place, EPSG:4490 degrees, longitude first."""

    lon: float
    lat: float
