"""The filters of vector-store search: comparisons of attributes, joined by `and` and `or`.

Source: https://platform.openai.com/docs/guides/retrieval#attribute-filtering
"""

from __future__ import annotations

from typing import Any

from api.validation import shown
from qa.conditions import FIELDS, Comparison, Condition, Joined, Operator
from qa.errors import InvalidRequest

_NAMES = {name: name for name in FIELDS} | {"file_id": "document_id", "filename": "file"}
_OPERATORS = {
    "eq": (Operator.EQUAL, False),
    "ne": (Operator.EQUAL, True),
    "in": (Operator.IN, False),
    "nin": (Operator.IN, True),
    "gt": (Operator.AFTER, False),
    "gte": (Operator.FROM, False),
    "lt": (Operator.BEFORE, False),
    "lte": (Operator.TO, False),
}
_JOINS = ("and", "or")
_DEEPEST, _MOST = 8, 200


def condition_of(filters: Any) -> Condition | None:
    """Return the filters as a condition on documents, None for none; raise `InvalidRequest` for others."""
    return None if filters is None or filters == {} else _read(filters, "filters", _DEEPEST)


def _read(filter_: Any, place: str, deeper: int) -> Condition:
    if not isinstance(filter_, dict):
        raise InvalidRequest(f"{place}: found {shown(filter_)}, expected an object with `type`")
    kind = filter_.get("type")
    if kind in _JOINS:
        return _joined(filter_, place, deeper)
    if not isinstance(kind, str) or kind not in _OPERATORS:
        expected = ", ".join((*_OPERATORS, *_JOINS))
        raise InvalidRequest(f"{place}.type: found {shown(kind)}, expected one of {expected}")
    return _comparison(filter_, place, *_OPERATORS[kind])


def _joined(filter_: dict[str, Any], place: str, deeper: int) -> Condition:
    parts = filter_.get("filters")
    if not isinstance(parts, list) or not 1 <= len(parts) <= _MOST or not deeper:
        expected = f"a list of 1 to {_MOST} filters, at most {_DEEPEST} deep"
        raise InvalidRequest(f"{place}.filters: found {shown(parts)}, expected {expected}")
    read = (_read(part, f"{place}.filters[{i}]", deeper - 1) for i, part in enumerate(parts))
    return Joined(tuple(read), every=filter_["type"] == "and")


def _comparison(filter_: dict[str, Any], place: str, operator: Operator, contrary: bool) -> Condition:
    key, value = filter_.get("key"), filter_.get("value")
    name = _NAMES.get(key) if isinstance(key, str) else None
    if name is None:
        raise InvalidRequest(f"{place}.key: found {shown(key)}, expected one of {', '.join(_NAMES)}")
    values = value if operator is Operator.IN else [value]
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        expected = "a list of texts" if operator is Operator.IN else "a text (a date as YYYY, YYYY-MM or YYYY-MM-DD)"
        raise InvalidRequest(f"{place}.value: found {shown(value)}, expected {expected}")
    return Comparison(name, operator, tuple(values), contrary)
