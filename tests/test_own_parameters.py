"""A data folder's own fitted parameters: read when they fit, ignored with a reason when they do not, taken up while serving."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import GOLDEN, embedded, settings_of

from qa.retrieval.fusion import CONFIDENCE_FEATURES, FEATURES, Fitted, Origin
from qa.retrieval.parameters import as_json, fitted_to, own_parameters, remove_own, shipped_parameters, write_own
from qa.service import Service

FINGERPRINT = "0123456789abcdef"
Change = Callable[[dict[str, Any]], object]


def own(fingerprint: str = FINGERPRINT, threshold: float = 0.25) -> Fitted:
    ranking = tuple(float(i) for i in range(len(FEATURES)))
    confidence = tuple(i / 2 for i in range(len(CONFIDENCE_FEATURES) + 1))
    return Fitted(fingerprint, ranking, (0.5, -1.5), confidence, threshold, Origin.OWN)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_own(tmp_path, as_json(own()))
    assert own_parameters(tmp_path, FINGERPRINT) == own()
    assert [path.name for path in tmp_path.iterdir()] == ["fitted.json"]


def test_the_users_parameters_go_before_the_shipped_ones(tmp_path: Path) -> None:
    fingerprint = embedded().fingerprint
    assert fitted_to(fingerprint, tmp_path) == shipped_parameters()
    assert fitted_to(FINGERPRINT, tmp_path) is None
    write_own(tmp_path, as_json(own(fingerprint)))
    assert fitted_to(fingerprint, tmp_path) == own(fingerprint)
    assert remove_own(tmp_path)
    assert fitted_to(fingerprint, tmp_path) == shipped_parameters()
    assert not remove_own(tmp_path)


def changed(change: Change) -> bytes:
    """Return a good file with a change made to it."""
    raw = as_json(own())
    change(raw)
    return json.dumps(raw).encode()


NO_GOOD = {
    "empty": (b"", "Expecting value"),
    "binary": (b"\x00\xff\xfe", "decode"),
    "cut": (changed(dict)[:200], "fitted.json is not used"),
    "a list": (b"[1]", "found format list, expected 1"),
    "null": (b"null", "found format NoneType, expected 1"),
    "deep": (b"[" * 100_000, "fitted.json is not used"),
    "no format": (changed(lambda raw: raw.pop("format")), "found format None, expected 1"),
    "other format": (changed(lambda raw: raw.update(format=2)), "found format 2, expected 1"),
    "no fingerprint": (changed(lambda raw: raw.pop("encoder_fingerprint")), "found encoder_fingerprint None, expected a"),
    "other encoder": (
        changed(lambda raw: raw.update(encoder_fingerprint="f" * 16)),
        f"fitted to encoder {'f' * 16}, expected {FINGERPRINT} as now set",
    ),
    "a feature less": (
        changed(lambda raw: raw["ranking"].pop("dense")),
        "ranking holds not dense; expected the features of this version",
    ),
    "a feature more": (
        changed(lambda raw: raw["ranking"].update(smell=1.0)),
        "ranking holds also smell; expected the features of this version",
    ),
    "another sign of confidence": (
        changed(lambda raw: raw["confidence"].update(mood=raw["confidence"].pop("lead"))),
        "confidence holds not lead; also mood; expected",
    ),
    "no weights": (changed(lambda raw: raw.update(ranking=[1, 2])), "found ranking list, expected an object of numbers"),
    "a text": (changed(lambda raw: raw["ranking"].update(dense="12")), "found ranking.dense '12', expected a number"),
    "not a number": (changed(lambda raw: raw["relevance"].update(slope=float("nan"))), "found relevance.slope nan"),
    "a truth value": (changed(lambda raw: raw.update(threshold=True)), "found threshold True, expected a number"),
    "too large": (changed(lambda raw: raw.update(threshold=10**400)), "fitted.json is not used"),
    "no threshold": (changed(lambda raw: raw.pop("threshold")), "found threshold None, expected a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_GOOD)
def test_a_file_that_cannot_be_used_is_told_and_ignored(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    content, said = NO_GOOD[name]
    (tmp_path / "fitted.json").write_bytes(content)
    assert own_parameters(tmp_path, FINGERPRINT) is None
    (line,) = caplog.messages
    assert said in line
    assert line.endswith(
        "fit again with: jianghai-qa evaluate FILE --fit, or take the file away with: jianghai-qa evaluate --reset-fit"
    )


def test_a_folder_in_its_place_is_told_and_ignored(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "fitted.json").mkdir()
    assert own_parameters(tmp_path, FINGERPRINT) is None
    assert "fitted.json is not used" in caplog.text


def test_a_running_service_takes_them_up_and_gives_them_back(data_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    service, shipped = Service.open(settings_of(data_dir)), shipped_parameters()
    assert shipped is not None
    assert (service.status().fitted, service.status().calibrated) == ("shipped", True)
    before = service.ask(GOLDEN)
    assert before.answerable
    # The shipped parameters, save that nothing is sure enough to be answered.
    write_own(data_dir, as_json(replace(shipped, threshold=1.0)))
    after = service.ask(GOLDEN)
    assert (after.answerable, after.calibrated) == (False, True)
    assert after.confidence < before.confidence
    assert service.status().fitted == "own"
    (data_dir / "fitted.json").write_text("garbage")
    assert service.ask(GOLDEN).text == before.text
    assert caplog.text.count("is not used") == 1
    assert service.status().fitted == "shipped"
    remove_own(data_dir)
    assert service.ask(GOLDEN).text == before.text
    service.close()
