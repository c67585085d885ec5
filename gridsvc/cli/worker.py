"""`gridsvc worker`: background jobs in a process of their own."""


def worker() -> None:
    """Run the background jobs: due clocks every few seconds. Any number may run."""
    import asyncio

    from gridsvc.cli.database import context_of
    from gridsvc.cli.log import start_logging
    from gridsvc.settings import load_settings
    from gridsvc.worker.jobs import run_worker

    settings = load_settings()
    start_logging(settings.log_level, settings.log_format)
    with context_of(settings) as ctx:
        asyncio.run(run_worker(ctx))
