"""Conditions choose documents by what is known of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conditions import Comparison, Condition, Joined, Operator, meeting, meets
from qa.errors import InvalidRequest
from qa.records import DocumentFacts
from qa.service import Service

JULY = DocumentFacts("d1", "a.txt", "江门日报", "2023-07")
UNDATED = DocumentFacts("d2", "b.txt", None, None)


def published(operator: Operator, *values: str, contrary: bool = False) -> Comparison:
    return Comparison("published", operator, values, contrary)


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        (Operator.EQUAL, "2023", True),  # July lies in the year
        (Operator.EQUAL, "2023-07-24", True),  # the day may be that of the issue
        (Operator.EQUAL, "2023-08", False),
        (Operator.FROM, "2023-07-31", True),  # the last day of July is not before it
        (Operator.FROM, "2023-08", False),
        (Operator.TO, "2023-07-01", True),
        (Operator.TO, "2023-06", False),
        (Operator.AFTER, "2023-07-30", True),  # 31 July is later
        (Operator.AFTER, "2023-07", False),
        (Operator.BEFORE, "2023-07-02", True),  # 1 July is earlier
        (Operator.BEFORE, "2023-07", False),
    ],
)
def test_a_partial_date_is_compared_as_an_interval(operator: Operator, value: str, met: bool) -> None:
    assert meets(JULY, published(operator, value)) is met
    assert meets(JULY, published(operator, value, contrary=True)) is not met


def test_what_is_not_known_is_empty_and_equal_to_nothing() -> None:
    assert meets(UNDATED, published(Operator.EMPTY))
    assert not meets(JULY, published(Operator.EMPTY))
    for operator in (Operator.EQUAL, Operator.FROM, Operator.TO, Operator.AFTER, Operator.BEFORE):
        assert not meets(UNDATED, published(operator, "2023"))
        assert meets(UNDATED, published(operator, "2023", contrary=True))


@pytest.mark.parametrize(
    ("operator", "values", "ids"),
    [
        (Operator.EQUAL, ("a.txt",), ("d1",)),
        (Operator.IN, ("b.txt", "a.txt"), ("d1", "d2")),
        (Operator.CONTAINS, (".t",), ("d1", "d2")),
        (Operator.STARTS, ("b",), ("d2",)),
        (Operator.ENDS, ("a.txt", "c"), ("d1",)),
    ],
)
def test_texts_are_compared(operator: Operator, values: tuple[str, ...], ids: tuple[str, ...]) -> None:
    assert meeting([JULY, UNDATED], Comparison("file", operator, values)) == ids


COMPARISONS = st.builds(
    Comparison,
    st.sampled_from(["file", "publication", "document_id"]),
    st.sampled_from([Operator.EQUAL, Operator.CONTAINS, Operator.STARTS, Operator.EMPTY]),
    st.tuples(st.sampled_from(["a", "d1", "a.txt", "江门日报"])),
    st.booleans(),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS, lambda inner: st.builds(Joined, st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans())
)


def negated(condition: Condition) -> Condition:
    """Return the contrary by De Morgan's laws."""
    if isinstance(condition, Comparison):
        return Comparison(condition.field, condition.operator, condition.values, not condition.contrary)
    return Joined(tuple(negated(part) for part in condition.parts), not condition.every)


@given(condition=CONDITIONS)
def test_a_document_meets_a_condition_or_its_contrary(condition: Condition) -> None:
    for document in (JULY, UNDATED):
        assert meets(document, condition) is not meets(document, negated(condition))


@pytest.mark.parametrize(
    ("field", "operator", "value", "part"),
    [
        ("colour", Operator.EQUAL, "x", "found a condition on 'colour', expected one of document_id, file"),
        ("file", Operator.AFTER, "x", "found after for the text `file`, expected a comparison of texts"),
        (
            "published",
            Operator.CONTAINS,
            "2023",
            "found contains for the date `published`, expected a comparison of dates",
        ),
        ("published", Operator.EQUAL, "July", "found the date 'July', expected YYYY, YYYY-MM or YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_compared_is_told(field: str, operator: Operator, value: str, part: str) -> None:
    with pytest.raises(InvalidRequest, match=part):
        Comparison(field, operator, (value,))


def test_the_library_knows_its_documents_facts(service: Service) -> None:
    library = service.library
    documents = library.documents()
    assert [(f.id, f.file, f.publication, f.published) for f in library.facts()] == [
        (d.id, d.file, d.metadata.publication, d.metadata.published) for d in documents
    ]
