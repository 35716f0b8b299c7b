"""Find what belongs to a site and not to the page: navigation, side bars, footers, lists of links.

By tag and role first, then by the names that authors give such parts, then by the share of links among the words. A part
that holds most of the page's text is never one of them, whatever it is called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.forms.html_walk import Step, is_hidden, walk
from qa.forms.letters import words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TAGS = words("nav aside dialog menu")
_ROLES = words("navigation banner contentinfo search complementary menu menubar dialog alert alertdialog")
# At the top of a page they are the site's, inside an article the article's.
_EDGES = frozenset({"header", "footer"})
_OWN = frozenset({"article", "main", "section"})
_NAMES = words(
    "nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs sidebar footer foot copyright share sharing pagination"
    " pager comments related recommend recommended advert advertisement ads toolbar"
)
_WORD = re.compile(r"[A-Za-z]+")
_LISTS = words("div ul ol dl table section td")
_LINKED, _LEAST_LINKS = 0.75, 3
_MOST = 0.5


@dataclass(slots=True)
class _Measure:
    """An element with the count of its characters, of those in links, and of its links."""

    node: LexborNode
    own: bool
    text: int = 0
    linked: int = 0
    links: int = 0
    heads: int = 0
    named: bool = field(default=False)


def site_parts(root: LexborNode) -> frozenset[int]:
    """Return the ids of the elements that belong to the site."""
    found: list[_Measure] = []
    open_: list[_Measure] = [_Measure(root, own=False)]
    in_link = 0
    for step, node in walk(root, is_hidden):
        if step is Step.TEXT:
            length = len("".join((node.text_content or "").split()))
            open_[-1].text += length
            open_[-1].linked += length if in_link else 0
        elif step is Step.IN:
            measure = _Measure(node, own=open_[-1].own or node.tag in _OWN)
            measure.named = _is_named(node, own=open_[-1].own)
            open_.append(measure)
            in_link += node.tag == "a"
            measure.links += node.tag == "a"
            measure.heads += node.tag == "h1"
        else:
            measure = open_.pop()
            in_link -= node.tag == "a"
            above = open_[-1]
            above.text, above.linked = above.text + measure.text, above.linked + measure.linked
            above.links, above.heads = above.links + measure.links, above.heads + measure.heads
            found.append(measure)
    whole = open_[0].text
    return frozenset(m.node.mem_id for m in found if _is_sites(m) and m.text <= _MOST * whole and not m.heads)


def _is_named(node: LexborNode, *, own: bool) -> bool:
    attributes = node.attributes
    if node.tag in _TAGS or (attributes.get("role") or "").lower() in _ROLES:
        return True
    if node.tag in _EDGES and not own:
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()
    return node.tag not in ("body", "html") and not _NAMES.isdisjoint(_WORD.findall(names))


def _is_sites(measure: _Measure) -> bool:
    if measure.named:
        return True
    listed = measure.node.tag in _LISTS and measure.links >= _LEAST_LINKS
    return listed and measure.linked >= _LINKED * max(1, measure.text)
