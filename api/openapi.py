"""/openapi.json: FastAPI's description with examples from a real run and the one shape of errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi


def install(app: FastAPI) -> None:
    """Make `app` describe itself with the examples; the description is built when it is first asked for."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            add_examples(schema, load_examples())
            _drop_unused(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # the way FastAPI documents


def load_examples() -> dict[str, Any]:
    """Return requests and responses by `METHOD /path`; they were taken from a running service."""
    examples: dict[str, Any] = json.loads((files("api") / "examples.json").read_text(encoding="utf-8"))
    return examples


def add_examples(schema: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """Put the examples into the description of their operations, in place."""
    for name, example in examples.items():
        method, path = name.split(" ")
        operation = schema["paths"][path][method.lower()]
        operation["responses"]["200"]["content"]["application/json"]["example"] = example["response"]
        if "request" in example:
            operation["requestBody"]["content"]["application/json"]["example"] = example["request"]


def _drop_unused(schema: dict[str, Any]) -> None:
    """Drop FastAPI's own shape of validation errors, which no response here has, and the 422 that it adds with it."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            if "HTTPValidationError" in json.dumps(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        schema.get("components", {}).get("schemas", {}).pop(name, None)
