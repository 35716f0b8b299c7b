"""Dify's `metadata_condition` as a condition on documents.

Source: https://docs.dify.ai/en/guides/knowledge-base/api-documentation/external-knowledge-api-documentation
"""

from __future__ import annotations

from typing import Any

from api.validation import shown
from qa.conditions import FIELDS, Comparison, Condition, Joined, Operator
from qa.errors import InvalidRequest

_OPERATORS = {
    "is": (Operator.EQUAL, False),
    "=": (Operator.EQUAL, False),
    "is not": (Operator.EQUAL, True),
    "≠": (Operator.EQUAL, True),
    "in": (Operator.IN, False),
    "not in": (Operator.IN, True),
    "contains": (Operator.CONTAINS, False),
    "not contains": (Operator.CONTAINS, True),
    "start with": (Operator.STARTS, False),
    "end with": (Operator.ENDS, False),
    "empty": (Operator.EMPTY, False),
    "not empty": (Operator.EMPTY, True),
    "after": (Operator.AFTER, False),
    ">": (Operator.AFTER, False),
    "before": (Operator.BEFORE, False),
    "<": (Operator.BEFORE, False),
    "≥": (Operator.FROM, False),
    "≤": (Operator.TO, False),
}
_MOST = 200


def condition_of(given: dict[str, Any] | None) -> Condition | None:
    """Return the condition, None for none; raise `InvalidRequest` for one that documents have no data for."""
    parts = (given or {}).get("conditions")
    if not given or not parts:
        return None
    join = given.get("logical_operator") or "and"
    if join not in ("and", "or"):
        raise InvalidRequest(f"logical_operator: found {shown(join)}, expected and, or")
    if not isinstance(parts, list) or len(parts) > _MOST:
        raise InvalidRequest(f"conditions: found {shown(parts)}, expected a list of at most {_MOST} conditions")
    return Joined(tuple(_read(part, f"conditions[{i}]") for i, part in enumerate(parts)), every=join == "and")


def _read(part: Any, place: str) -> Condition:
    if not isinstance(part, dict):
        raise InvalidRequest(f"{place}: found {shown(part)}, expected an object")
    kind = part.get("comparison_operator")
    if not isinstance(kind, str) or kind not in _OPERATORS:
        expected = ", ".join(_OPERATORS)
        raise InvalidRequest(f"{place}.comparison_operator: found {shown(kind)}, expected one of {expected}")
    operator, contrary = _OPERATORS[kind]
    names, values = _listed(part.get("name")), _listed(part.get("value"))
    if not names or not all(isinstance(name, str) and name in FIELDS for name in names):
        raise InvalidRequest(f"{place}.name: found {shown(part.get('name'))}, expected some of {', '.join(FIELDS)}")
    if operator is not Operator.EMPTY and not (values and all(isinstance(value, str) for value in values)):
        raise InvalidRequest(f"{place}.value: found {shown(part.get('value'))}, expected a text")
    texts = () if operator is Operator.EMPTY else tuple(values)
    # A condition may name several fields; what is said of them is said of one at least, a contrary of all.
    return Joined(tuple(Comparison(name, operator, texts, contrary) for name in names), every=contrary)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
