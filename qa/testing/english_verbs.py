"""Verbs of English reports by their forms, for questions with "did" and "does".

Only these are turned round: without grammar, a word that ends in -ed or -s may as well be no verb.
"""

from __future__ import annotations

_REGULAR = (
    "open start end close launch sign host move receive complete plant visit join publish add train serve donate collect"
    " organise organize attract employ produce raise introduce welcome gather help offer provide house handle treat"
    " cover include install deliver repair create renovate recruit enrol award plan link"
)
_IRREGULAR = {
    "began": "begin", "held": "hold", "won": "win", "built": "build", "drew": "draw", "took": "take", "spent": "spend",
    "sold": "sell", "made": "make", "sent": "send", "gave": "give", "set": "set", "founded": "found", "ran": "run",
    "established": "establish", "planned": "plan", "enrolled": "enrol",
}  # fmt: skip


def _past(verb: str) -> str:
    return verb + ("d" if verb.endswith("e") else "ed")


def _present(verb: str) -> str:
    return verb + ("es" if verb.endswith(("s", "ch", "sh", "x")) else "s")


_LEMMAS = _REGULAR.split()
PAST = {_past(verb): verb for verb in _LEMMAS} | _IRREGULAR
PRESENT = {_present(verb): verb for verb in (*_LEMMAS, "hold", "sell", "make", "build")}
FORMS = "|".join(sorted(PAST | PRESENT, key=len, reverse=True))
PASTS = "|".join(sorted(PAST, key=len, reverse=True))


def helped(form: str) -> tuple[str, str]:
    """Return the auxiliary with which a form asks, and the verb's first form: `did open` for `opened`."""
    return ("did", PAST[form]) if form in PAST else ("does", PRESENT[form])
