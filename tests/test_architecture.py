"""The rules of the house, held to the code: who imports whom, what is packaged, what is documented."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from setuptools import find_packages
from support import ROOT, loaded_after

from qa.settings import TABLE, Settings

PACKAGES = ("qa", "embeddings", "api")
HEAVY = {"torch", "sentence_transformers", "faiss", "jieba", "opencc", "transformers", "huggingface_hub", "openai"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(nodes: Iterator[ast.AST], path: Path) -> Iterator[tuple[str, int]]:
    """Give the full name and the line of everything that the nodes import."""
    package = path.relative_to(ROOT).parent.parts
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            yield base + (node.module or ""), node.lineno


def module_level(tree: ast.Module) -> Iterator[ast.AST]:
    """Give the statements that run on import: not the insides of functions, nor what only type checkers see."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def faults(package: str, forbidden: set[str], *, everywhere: bool = True) -> list[str]:
    found = []
    for path in modules(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = ast.walk(tree) if everywhere else module_level(tree)
        found += [
            f"{path.relative_to(ROOT)}:{line} imports {name}"
            for name, line in imported(iter(nodes), path)
            if name.split(".")[0] in forbidden
        ]
    return found


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("embeddings", {"qa", "api", "seeds", "fastapi", "starlette", "uvicorn"}),
        ("qa", {"api", "seeds", "fastapi", "starlette", "uvicorn", "mcp", "tests", "bm25s"}),
        ("api", {"seeds", "tests", "faiss", "jieba", "torch", "sqlite3"}),
    ],
)
def test_packages_depend_in_one_direction(package: str, forbidden: set[str]) -> None:
    assert faults(package, forbidden) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_heavy_libraries_are_imported_where_they_are_needed(package: str) -> None:
    training = "embeddings/training"  # runs alone, with torch as its whole purpose
    found = [f for f in faults(package, HEAVY, everywhere=False) if not f.startswith(training)]
    assert found == []


def test_the_forbidden_import_would_be_seen() -> None:
    tree = ast.parse("import os\nif True:\n    import torch.nn\ndef f():\n    import faiss\n")
    names = {name for name, _ in imported(module_level(tree), ROOT / "qa" / "x.py")}
    assert names == {"os", "torch.nn"}


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    assert not loaded_after("import qa.cli") & {"numpy", "sqlite3", "jieba", "faiss", "torch", "opencc"}


HELPS = [
    ("--help",), ("ask",), ("search",), ("evaluate",), ("index",), ("documents",), ("documents", "add"),
    ("documents", "list"), ("documents", "show"), ("documents", "replace"), ("documents", "remove"),
    ("documents", "write-questions"), ("backup",),
    ("feedback", "list"), ("feedback", "export"), ("feedback", "remove"), ("feedback", "clear"),
    ("restore",), ("migrate",), ("serve",), ("mcp",),
]  # fmt: skip


def test_every_help_answers_without_anything_heavy() -> None:
    calls = "\n".join(
        f"try: main({[*words, '--help'] if words != ('--help',) else list(words)!r})\nexcept SystemExit as e: assert not e.code"
        for words in HELPS
    )
    heavy = {"numpy", "sqlite3", "jieba", "faiss", "torch", "opencc", "fastapi", "uvicorn", "pydantic"}
    assert not loaded_after(f"from qa.cli import main\n{calls}") & heavy


@pytest.mark.parametrize("words", HELPS[:-2], ids=" ".join)  # the last two belong to the package that carries them out
def test_every_command_explains_itself(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    from qa.cli import parser

    with pytest.raises(SystemExit) as done:
        parser().parse_args([*words, "--help"])
    told = capsys.readouterr().out
    assert done.value.code == 0
    assert told.startswith("usage: jianghai-qa")
    assert words == ("--help",) or "--data-dir" in told or "ACTION" in told


def test_importing_does_nothing() -> None:
    code = "import os, sys; before = dict(os.environ), sys.argv[:]; import qa.service, qa.commands; "
    loaded_after(code + "assert (dict(os.environ), sys.argv[:]) == before")


def readme_settings(name: str) -> dict[str, str]:
    """Return the rows of the README's table of settings: the variable and the rest of its row."""
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = re.findall(r"^\|[^|\n]*\b(JIANGHAI_QA_[A-Z_]+)\b(.*)$", text, flags=re.MULTILINE)
    return dict(rows)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_lists_every_setting_with_its_default(name: str) -> None:
    rows = readme_settings(name)
    assert set(rows) == {setting.variable for setting in TABLE}
    for setting in TABLE:
        if setting.name not in ("data_dir", "seeds_dir") and setting.default_text():
            assert setting.default_text() in rows[setting.variable], setting.variable


def test_the_settings_record_has_the_rows_of_the_table() -> None:
    assert list(Settings.__dataclass_fields__) == [setting.name for setting in TABLE]
    assert all(setting.help and setting.help[0] == setting.help[0].lower() for setting in TABLE)


def test_the_wheel_holds_the_three_packages_and_nothing_else() -> None:
    include = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    found = find_packages(str(ROOT), include=include)
    assert {name.split(".")[0] for name in found} == set(PACKAGES)
    wanted = {".".join(p.relative_to(ROOT).parent.parts) for package in PACKAGES for p in modules(package)}
    assert set(found) == wanted


@pytest.mark.parametrize(
    ("package", "file"),
    [
        ("qa", "schema.sql"),
        ("qa", "data/fitted.json"),
        ("qa", "data/district_terms.txt"),
        ("qa", "data/question_words.txt"),
        ("embeddings", "models/jianghai-static/model.safetensors"),
        ("embeddings", "models/jianghai-static/tokenizer.json"),
        ("embeddings", "models/jianghai-static/1_Normalize/config.json"),
    ],
)
def test_data_files_are_package_data(package: str, file: str) -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"][package]
    assert (ROOT / package / file).is_file()
    matched = {p for pattern in patterns for p in (ROOT / package).glob(pattern)}
    assert ROOT / package / file in matched


def test_every_file_beside_the_code_is_package_data() -> None:
    data = PROJECT["tool"]["setuptools"]["package-data"]
    for package in PACKAGES:
        matched = {p for pattern in data[package] for p in (ROOT / package).glob(pattern)}
        others = [
            p
            for p in (ROOT / package).rglob("*")
            if p.is_file() and p.suffix not in (".py", ".pyc") and p not in matched and "__pycache__" not in p.parts
        ]
        assert others == []


def pinned(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {name.lower(): version for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", text, flags=re.M)}


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ("train", "dev")), ("requirements-ocr.lock", ("ocr",))]
)
def test_the_lock_pins_every_direct_dependency_by_version_and_hash(lock: str, extras: tuple[str, ...]) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    optional = PROJECT["project"]["optional-dependencies"]
    assert set(optional) == {"train", "dev", "ocr"}
    direct = [*PROJECT["project"]["dependencies"], *(d for extra in extras for d in optional[extra])]
    names = {re.split(r"[<>=~!\[; ]", d)[0].lower() for d in direct}
    assert names - pinned(lock).keys() == {
        "torch"
    }  # the Makefile pins torch by its version alone: a CPU build may serve
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_locks_agree() -> None:
    one, other = pinned("requirements.lock"), pinned("requirements-ocr.lock")
    assert {name: version for name, version in other.items() if name in one} == {
        n: one[n] for n in one.keys() & other.keys()
    }


def tracked() -> list[Path]:
    ran = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in ran.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_place_outside_the_repository() -> None:
    # Put together here, so that this file does not hold what it looks for.
    outside = re.compile("|".join(("/" + "work/[a-z]", r"\.\./" + "shared", "/" + "home/[a-z]", "/" + "root/[a-z.]")))
    found = []
    for path in tracked():
        if path.suffix in (".safetensors", ".json", ".lock", ".jsonl"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if outside.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_the_tests_lie_flat() -> None:
    assert not (ROOT / "tests" / "__init__.py").exists()
    assert [p for p in (ROOT / "tests").rglob("test_*.py") if p.parent != ROOT / "tests"] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_faults_are_raised_and_results_are_returned(package: str) -> None:
    """No assert on input and, outside of the command line, no print."""
    found = []
    for path in modules(package):
        name = str(path.relative_to(ROOT))
        talks = name.startswith(
            (
                "qa/commands",
                "qa/cli",
                "qa/fitting/__main__",
                "qa/fitting/alike",
                "qa/fitting/answering",
                "qa/fitting/pinyin",
                "embeddings/train",
                "api/",
            )
        )
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assert):
                found.append(f"{name}:{node.lineno} asserts")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print" and not talks:
                found.append(f"{name}:{node.lineno} prints")
    assert found == []
