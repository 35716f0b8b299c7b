"""Read the letters of a picture by RapidOCR, on one thread; its models come with it."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from qa.errors import UnreadableDocument
from qa.forms.layout import Line
from qa.forms.letters import clean

if TYPE_CHECKING:
    from PIL.Image import Image

# Broadsheets have letters a two-hundredth of their height: a smaller picture would lose them.
_LONGEST_SIDE = 4000


class Reader:
    """The opened models; `name` says what they are."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
        try:
            self._engine: Any = RapidOCR(
                params={"Global.log_level": "critical", "Global.max_side_len": _LONGEST_SIDE, **threads}
            )
        except Exception as fault:
            # Without its models the library tries to fetch them, and fails in many ways.
            raise UnreadableDocument(
                f"the models of rapidocr cannot be opened ({type(fault).__name__}), expected them in its package: "
                "install rapidocr and onnxruntime anew"
            ) from fault
        self.name = "rapidocr " + version("rapidocr")

    def lines(self, picture: Image) -> list[Line]:
        """Return the lines of text in a picture with their boxes in pixels."""
        import numpy as np

        # The library takes arrays for pictures with their colours in the order of OpenCV.
        found = self._engine(np.asarray(picture)[:, :, ::-1])
        if found.boxes is None or found.txts is None:
            return []
        return [_line(box, text) for box, text in zip(found.boxes, found.txts, strict=True) if clean(text).strip()]


def _line(box: Any, text: str) -> Line:
    xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    return Line(clean(text).strip(), left, top, right, bottom, bottom - top)
