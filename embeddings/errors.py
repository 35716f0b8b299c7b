"""The errors of this package. Each message states what was found, what was expected, and what to do next.

EncoderError
├── EncoderNotFound      a model that cannot be had: no such folder, no such name, no network
├── EncoderDamaged       a model folder whose files are missing, cut off or do not fit together
├── CodeNotTrusted       a model that brings Python code, which nobody has allowed to run
├── DeviceNotFound       a device that torch does not know or does not see
├── DimensionMismatch    vectors of another length, or of another shape, than the index holds
├── IndexDamaged         a vector index file that is missing, cut off, garbage or of another size
├── TrainingDataError    training data that cannot be read; lists every bad line at once
└── CheckpointMismatch   a checkpoint of other options or other data than the run that resumes it
"""

from collections.abc import Sequence

SHOWN_LINES = 200


class EncoderError(Exception):
    """Be the root of this package's errors, so that a caller can catch them all at once."""


class EncoderNotFound(EncoderError):
    """Say that a model cannot be had, and where one could come from."""


class EncoderDamaged(EncoderError):
    """Say that a model folder is there, but cannot be used as it is."""


class CodeNotTrusted(EncoderError):
    """Say that a model needs code of its own, and how to allow it."""


class DeviceNotFound(EncoderError):
    """Say that a device cannot be used, and which ones can."""


class DimensionMismatch(EncoderError):
    """Say that the vectors do not fit the index."""


class IndexDamaged(EncoderError):
    """Say that an index file cannot be used and has to be written again."""


class TrainingDataError(EncoderError):
    """List every bad line of the training data, each as `path:line: reason`."""

    def __init__(self, faults: Sequence[str], advice: str = "correct or remove them, then start again") -> None:
        self.faults = tuple(faults)
        shown = "\n".join(self.faults[:SHOWN_LINES])
        rest = len(self.faults) - SHOWN_LINES
        more = f"\n… and {rest} more" if rest > 0 else ""
        super().__init__(f"found {len(self.faults)} fault(s) in the training data; {advice}:\n{shown}{more}")


class CheckpointMismatch(EncoderError):
    """Say that a checkpoint belongs to another run."""
