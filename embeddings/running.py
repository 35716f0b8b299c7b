"""How a transformer runs: threads, batch, device, and whether code that comes with a model may be run."""

from dataclasses import dataclass

from embeddings.errors import DeviceNotFound

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Running:
    """Hold what a transformer takes of the machine; models that are read without torch ignore it.

    `threads` are torch's, for the whole process: on a busy machine two can be many times slower than one, because
    they wait for each other. `trust_code` lets Python code that a model brings run here with all rights of the user.
    """

    threads: int = 1
    batch: int = 32
    device: str = AUTO
    trust_code: bool = False


def torch_device(wanted: str = AUTO) -> str:
    """Return the device to run on: for `auto` an accelerator that torch sees, else the CPU.

    Raises DeviceNotFound for a name that torch does not know or a device that is not there.
    """
    # torch takes 1.4 s to import: only those who open a transformer pay for it.
    import torch

    there = [name for name, seen in (("cuda", torch.cuda.is_available()), ("mps", torch.mps.is_available())) if seen]
    if wanted == AUTO:
        return there[0] if there else "cpu"
    try:
        device = torch.device(wanted)
        torch.empty(1, device=device)  # a device that is known by name, but not there, fails here
    except (RuntimeError, AssertionError, NotImplementedError, ValueError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceNotFound(
            f"found no device {wanted!r} to run a transformer on ({reason}), expected `{AUTO}` or one of "
            f"{', '.join(['cpu', *there])}; set encoder_device to one of them"
        ) from error
    return str(device)
