"""What a gate held, as JUnit XML, which every CI server shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from qa.evaluation.gate import Check

# What XML 1.0 cannot hold.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, checks: Sequence[Check], seconds: float) -> None:
    """Write one test case a check; a failed one says what was found."""
    failed = sum(not check.holds for check in checks)
    suite = Element(
        "testsuite",
        name="jianghai-qa gate",
        tests=str(len(checks)),
        failures=str(failed),
        errors="0",
        skipped="0",
        time=f"{seconds:.3f}",
    )
    for check in checks:
        case = SubElement(suite, "testcase", classname="gate", name=_plain(check.name), time="0")
        if check.holds:
            SubElement(case, "system-out").text = _plain(check.said)
        else:
            SubElement(case, "failure", message=_plain(f"{check.name}: {check.said}")).text = _plain(check.said)
    indent(suite)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
