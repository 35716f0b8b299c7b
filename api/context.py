"""What every handler needs: the service, its settings and the counters, handed over as dependencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.limits import Limiter
from api.metrics import Metrics
from api.urls import Urls, base_url
from qa.feedback.store import FeedbackStore
from qa.jobs import Jobs
from qa.service import Service
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts that an application is composed of."""

    service: Service
    settings: Settings
    metrics: Metrics
    jobs: Jobs
    feedback: FeedbackStore
    feedback_limit: Limiter


def context_of(request: Request) -> Context:
    """Return the context that `create_app` stored in the application."""
    context = request.app.state.context
    if not isinstance(context, Context):
        raise TypeError(f"found {type(context).__name__} as the context, expected Context; use create_app")
    return context


def urls_of(request: Request) -> Urls:
    """Return the builder of absolute URLs for the address that this request was sent to."""
    return Urls(base_url(request.scope, context_of(request).settings.public_url))


Given = Annotated[Context, Depends(context_of)]
Links = Annotated[Urls, Depends(urls_of)]
