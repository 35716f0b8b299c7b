"""Named arrays in one file, mapped into memory: one file to open, to check and to make durable instead of dozens.

The file is a safetensors file. Source for its layout: https://huggingface.co/docs/safetensors (8 bytes length, JSON header,
data).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KINDS = {"U8": np.uint8, "I32": np.int32, "U64": np.uint64, "I64": np.int64, "F32": np.float32}


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of the kinds uint8, int32, uint64, int64 and float32 to a file; raise `OSError`."""
    from safetensors.numpy import save

    path.write_bytes(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))


def map_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Map the arrays of a file into memory, read-only; raise `ValueError` for a file of another form."""
    # A plain view of the map: indexing the subclass `memmap` costs microseconds each time.
    content = np.memmap(path, np.uint8, mode="r").view(np.ndarray)
    try:
        length = int.from_bytes(content[:8].tobytes(), "little")
        header: dict[str, Any] = json.loads(content[8 : 8 + length].tobytes())
        data = content[8 + length :]
        return {name: _array(data, about) for name, about in header.items() if name != "__metadata__"}
    except (KeyError, TypeError) as fault:
        raise ValueError(f"{path.name} holds no arrays ({fault!r})") from fault


def _array(data: NDArray[np.uint8], about: Mapping[str, Any]) -> NDArray[Any]:
    begin, end = about["data_offsets"]
    array: NDArray[Any] = data[begin:end].view(_KINDS[about["dtype"]]).reshape(about["shape"])
    return array
