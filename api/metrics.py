"""Figures for Prometheus: requests by route and status, their durations, and what is served."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

MEDIA_TYPE = CONTENT_TYPE_LATEST
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Count the requests of one application; safe to use from several threads.

    Each has a registry of its own, so that two applications in one process do not count together.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "jianghai_qa_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "jianghai_qa_request_seconds",
            "Time from request to response.",
            ("route",),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._feedback = Counter(
            "jianghai_qa_feedback", "Feedback that was taken.", ("verdict",), registry=self._registry
        )
        self._gauges: dict[str, Gauge] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one finished request; `route` is the path's template, so that the series stay few."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_feedback(self, verdict: str) -> None:
        """Count one piece of feedback that was kept."""
        self._feedback.labels(verdict).inc()

    def text(self, gauges: Mapping[str, int]) -> bytes:
        """Return all series and the given gauges (name to value) as Prometheus text."""
        for name, value in gauges.items():
            if name not in self._gauges:
                help_text = f"What is served: {name.replace('_', ' ')}."
                self._gauges[name] = Gauge(f"jianghai_qa_{name}", help_text, registry=self._registry)
            self._gauges[name].set(value)
        return generate_latest(self._registry)
