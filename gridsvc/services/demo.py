"""What is possible in a database marked demo only: bending its clock."""

from datetime import timedelta

from gridsvc.services.clock import machine_now
from gridsvc.services.context import Context
from gridsvc.store.installation import set_demo_clock

FASTEST = 3600.0


class NotDemo(Exception):
    """The database is not marked demo; real time is not played with."""


def bend_clock(ctx: Context, rate: float, skip: timedelta = timedelta(0)) -> None:
    """Let business time run at another rate from now on, perhaps after a skip forwards."""
    if not ctx.clock.is_demo():
        raise NotDemo("this database is not marked demo; its clock runs true")
    if not 0 < rate <= FASTEST or skip < timedelta(0):
        raise ValueError(f"a demo's clock runs forwards, at most {FASTEST:.0f} times as fast")
    ctx.clock.forget()
    now = ctx.clock.now()
    with ctx.database.begin() as connection:
        set_demo_clock(connection, machine_now(), now + skip, rate)
    ctx.clock.forget()
