"""One data folder made of the seeds, private copies of it, an opened service, and the command line as a function."""

# ruff: noqa: E402 - the number of threads is set before NumPy is imported
from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.threads import one_blas_thread

# As the commands do: on a busy machine two threads wait for each other.
one_blas_thread()

import hypothesis
import pytest
from model_server import ModelServer, model_server
from support import Keeper, save_cross_encoder, settings_of

from embeddings.opening import EMBEDDED_FOLDER
from qa.cli import main
from qa.prepare import prepare
from qa.service import Service
from qa.settings import TABLE, Settings

# The same examples at every run, and no limit of time for one: the machine may be busy.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that need published models, unless the environment names a folder that holds them."""
    if not os.environ.get("JIANGHAI_QA_TEST_WEIGHTS"):
        left_out = [item for item in items if item.get_closest_marker("weights")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command returned and printed."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def seeded_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared data folder that nobody opens or changes: a pattern for copies."""
    folder = tmp_path_factory.mktemp("seeded") / "data"
    prepare(settings_of(folder), say=lambda line: None)
    return folder


@pytest.fixture
def data_dir(seeded_dir: Path, tmp_path: Path) -> Path:
    """A private copy of the prepared data folder, to be changed at will."""
    return Path(shutil.copytree(seeded_dir, tmp_path / "data"))


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    """The settings of the private copy."""
    return settings_of(data_dir)


@pytest.fixture
def keeper(data_dir: Path) -> Iterator[Keeper]:
    """A writer of the private copy."""
    one = Keeper(data_dir)
    yield one
    one.close()


@pytest.fixture(scope="session")
def service(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An opened service over the seeds, for tests that only read."""
    folder = shutil.copytree(seeded_dir, tmp_path_factory.mktemp("service") / "data")
    one = Service.open(settings_of(Path(folder)))
    yield one
    one.close()


@pytest.fixture
def command(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process on the private copy, named by the environment as a user would."""
    for setting in TABLE:
        monkeypatch.delenv(setting.variable, raising=False)
    monkeypatch.setenv("JIANGHAI_QA_DATA_DIR", str(data_dir))

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as done:  # argparse ends so, on --help and on options that it does not know
            code = int(done.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def endpoint() -> Iterator[ModelServer]:
    """A language model's endpoint that says what a test tells it to."""
    with model_server() as one:
        yield one


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a genuine cross-encoder: the transformer of a published model under a seeded, untrained head."""
    return save_cross_encoder(tmp_path_factory.mktemp("reranker") / "minilm-cross", labels=1)


@pytest.fixture(scope="session")
def other_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model with the embedded one's vectors and another fingerprint."""
    folder = tmp_path_factory.mktemp("encoder") / "other"
    folder.mkdir()
    for file in EMBEDDED_FOLDER.iterdir():
        (folder / file.name).symlink_to(file)
    tokenizer = folder / "tokenizer.json"
    content = tokenizer.read_bytes()
    tokenizer.unlink()
    tokenizer.write_bytes(content + b"\n")
    return folder


@pytest.fixture(scope="module")
def one_torch_thread() -> Iterator[None]:
    """Sum in one order: only one thread gives the same weights again."""
    import torch  # takes 1.4 s to import

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
