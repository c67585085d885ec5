"""Numbers for whoever runs the service: requests, listeners and readiness of the clocks.

Counted per process; routes appear by their templates, so no number speaks of a person.
"""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("gridsvc_requests_total", "Requests answered.", ("method", "route", "status"))
SECONDS = Histogram(
    "gridsvc_request_seconds",
    "How long requests took.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LISTENERS = Gauge("gridsvc_stream_listeners", "Open live feeds.")
EVENTS = Counter("gridsvc_stream_events_total", "Events read from the outbox.")
FEED_FAULTS = Counter("gridsvc_stream_faults_total", "Times the outbox could not be read.")

#: A live feed lasts until its reader leaves; its length says nothing of our speed.
ENDLESS = frozenset({"/stream"})


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(method, route, str(status)).inc()
    if route not in ENDLESS:
        SECONDS.labels(route).observe(seconds)
