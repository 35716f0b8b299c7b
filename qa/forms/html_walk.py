"""Walk over a tree of tags without recursion, so that no nesting is too deep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import TYPE_CHECKING

from qa.forms.letters import words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# What no reader of a page sees as its text.
UNSEEN = words(
    "script style noscript template iframe object embed svg canvas audio video select button input textarea datalist rt rp"
    " head title meta link map progress meter"
)


class Step(Enum):
    """What the walk meets: the beginning or end of an element, or text."""

    IN = auto()
    OUT = auto()
    TEXT = auto()


def walk(root: LexborNode, passed_by: Callable[[LexborNode], bool]) -> Iterator[tuple[Step, LexborNode]]:
    """Give every step under a root in the order of the page, elements that are not seen and those passed by left out."""
    stack: list[LexborNode] = []
    node = root.first_child
    while True:
        while node is None:
            if not stack:
                return
            node = stack.pop()
            yield Step.OUT, node
            node = node.next
        if node.is_text_node:
            yield Step.TEXT, node
        elif node.is_element_node and node.tag not in UNSEEN and not passed_by(node):
            yield Step.IN, node
            stack.append(node)
            node = node.first_child
            continue
        node = node.next


def is_hidden(node: LexborNode) -> bool:
    """Tell whether an element says of itself that it is not shown."""
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style
