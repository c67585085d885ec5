"""The jobs, and the queue that runs them: PostgreSQL again, so that nothing else can fail.

Intake defers nothing: the sweep finds what is due by itself, every few seconds.
"""

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import DeleteJobCondition
from sqlalchemy.engine import make_url
from starlette.concurrency import run_in_threadpool

from gridsvc.services.context import Context
from gridsvc.services.deadlines import sweep_deadlines
from gridsvc.services.forgetting import forget_incidents
from gridsvc.services.handover import hand_over_stranded
from gridsvc.services.retention import forget_what_is_due

#: Six fields, seconds first as croniter reads them last: every five seconds.
EVERY_FIVE_SECONDS = "* * * * * */5"
SWEEP = "sweep_deadlines"
EVERY_HOUR = "17 * * * *"
FORGET = "forget_what_is_due"
EVERY_MINUTE = "* * * * *"
HAND_OVER = "hand_over_stranded"

log = structlog.get_logger("gridsvc.worker")


def conninfo_of(url: str) -> str:
    """Return a SQLAlchemy URL as libpq reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def job_app(ctx: Context) -> App:
    """Return the queue of an installation with its jobs."""
    connector = PsycopgConnector(
        conninfo=conninfo_of(ctx.database.url),
        kwargs={"options": "-c role=gridsvc_app -c timezone=UTC"},
        min_size=1,
        max_size=4,
    )
    app = App(connector=connector)

    # At most one waits, so a slow sweep piles nothing up. No `lock`: that of a worker which
    # was killed would bar every later sweep, and two sweeps at once do each other no harm.
    @app.periodic(cron=EVERY_FIVE_SECONDS)
    @app.task(name=SWEEP, queueing_lock=SWEEP)
    async def sweep(timestamp: int) -> None:  # noqa: ARG001 - given to every periodic job
        done = await run_in_threadpool(sweep_deadlines, ctx)
        if done.warned or done.breached or done.failed:
            log.info(
                "deadlines came",
                warned=done.warned,
                breached=done.breached,
                passed_on=done.passed_on,
                failed=done.failed,
            )

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name=HAND_OVER, queueing_lock=HAND_OVER)
    async def hand_over(timestamp: int) -> None:  # noqa: ARG001 - given to every periodic job
        done = await run_in_threadpool(hand_over_stranded, ctx)
        if done:
            log.info("work handed over", tasks=done)

    @app.periodic(cron=EVERY_HOUR)
    @app.task(name=FORGET, queueing_lock=FORGET)
    async def forget(timestamp: int) -> None:  # noqa: ARG001 - given to every periodic job
        gone = await run_in_threadpool(forget_what_is_due, ctx)
        log.info("records forgotten", sessions=gone.sessions, sign_ins=gone.sign_ins)
        went = await run_in_threadpool(forget_incidents, ctx)
        log.info(
            "incidents forgotten",
            texts=went.texts,
            originals=went.originals,
            photos=went.photos,
            links=went.links,
        )

    return app


async def run_worker(ctx: Context) -> None:
    """Run jobs until cancelled."""
    app = job_app(ctx)
    async with app.open_async():
        await app.run_worker_async(
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=False,
            fetch_job_polling_interval=1.0,
        )
