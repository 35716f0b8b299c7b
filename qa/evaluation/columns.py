"""What the heads of a sheet's columns and the short words in its cells mean, in Chinese and in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from qa.errors import TestQueryError


class Column(StrEnum):
    """What a column of a sheet of test questions can hold."""

    QUESTION = "question"
    FILE = "file"
    QUOTE = "quote"
    ID = "id"
    LANG = "lang"
    TYPE = "type"
    ANSWERABLE = "answerable"
    ANSWER = "answer"
    NEEDS = "needs"
    ACCEPTED = "accepted"
    NOTE = "note"


# The first name is the one that is written and told.
_NAMES = {
    Column.QUESTION: "问题 提问 题目 问句 测试问题 用户问题 问题内容 提问内容 問題 提問 題目 問句 "
    "question questions query testquestion userquestion questiontext",
    Column.FILE: "文件 文件名 文件名称 文档 文档名 文档名称 来源文件 来源文档 文件来源 源文件 檔案 檔案名稱 文檔 文件名稱 "
    "file filename document documentname doc docname sourcefile sourcedocument",
    Column.QUOTE: "原文 原句 引文 引语 证据 依据 原文引用 原文摘录 原文句子 引用 證據 依據 原文摘錄 "
    "quote quotes quotation evidence passage sourcetext",
    Column.ID: "编号 序号 题号 编码 編號 序號 題號 问题id 题目id 问题编号 id qid no number questionid queryid",
    Column.LANG: "语言 语种 語言 lang language",
    Column.TYPE: "类型 题型 类别 分类 问题类型 问题类别 问题分类 題目類型 類型 題型 type kind category questiontype",
    Column.ANSWERABLE: "可答 能否回答 可否回答 是否可答 可回答 可答否 有无答案 是否有答案 answerable isanswerable hasanswer",
    Column.ANSWER: "答案 参考答案 标准答案 正确答案 预期答案 回答 參考答案 標準答案 "
    "answer expectedanswer referenceanswer correctanswer goldanswer",
    Column.NEEDS: "需要 needs need",
    Column.ACCEPTED: "采用 采纳 是否采用 通过 採用 採納 accepted accept",
    Column.NOTE: "备注 说明 備註 note notes comment remark",
}
# What may be a column's head where none of the names above is.
_LESS_SURE = {
    Column.QUESTION: "prompt",
    Column.FILE: "来源 出处 來源 出處 source sources",
    Column.QUOTE: "段落 片段 摘录 摘錄 excerpt snippet context",
}
_COLUMNS, _PERHAPS = (
    {name: column for column, names in table.items() for name in names.split()} for table in (_NAMES, _LESS_SURE)
)
_NEAR_ENOUGH = 70
_YES = "yes y true 1 是 可 能 可以 对 有 采用 采纳 √ ✓ ✔"
_NO = "no n false 0 否 不 不能 不可 不可以 无 不采用 × ✗ ✘"
_YES_NO = {word: words is _YES for words in (_YES, _NO) for word in words.split()}
_EVERY, _ANY = "all 全部 都要 全 every both", "any 任一 任意 其一 one either"
_ALL = {word: words is _EVERY for words in (_EVERY, _ANY) for word in words.split()}
_SCRIPTS = re.compile(r"[㐀-鿿]+|[^㐀-鿿]+")
_DIVIDERS = re.compile(r"[/|()\[\]、,;:]")
_IGNORED = re.compile(r"[\s_*\-.?!]+")
_Meaning = TypeVar("_Meaning")


def _folded(text: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


def meaning_of(text: str, table: Mapping[str, _Meaning]) -> _Meaning | None:
    """Return what a cell means: as a whole, or in parts that agree (问题 / question); None for what is not known."""
    whole = _folded(text)
    if whole in table:
        return table[whole]
    parts = _DIVIDERS.split(unicodedata.normalize("NFKC", text))
    for division in (parts, [piece for part in parts for piece in _SCRIPTS.findall(part)]):
        known = {table[folded] for part in division if (folded := _folded(part)) in table}
        if known:
            return known.pop() if len(known) == 1 else None
    return None


def columns_of(cells: Sequence[str]) -> dict[Column, int]:
    """Return which column stands where; heads that are not known are left out.

    Raises `TestQueryError` for two columns of one meaning.
    """
    sure = _placed(cells, _COLUMNS)
    return sure | {
        column: at for column, at in _placed(cells, _PERHAPS, without=sure).items() if at not in sure.values()
    }


def _placed(cells: Sequence[str], table: Mapping[str, Column], without: Container[Column] = ()) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for at, cell in enumerate(cells):
        column = meaning_of(cell, table)
        if column is None or column in without:
            continue
        if column in found:
            raise TestQueryError(
                f"found two columns for {column}, {cells[found[column]]!r} and {cell!r}, expected one; rename the other"
            )
        found[column] = at
    return found


def unknown_heads(cells: Sequence[str]) -> list[tuple[str, str]]:
    """Return the heads that are left out, each with the known one that it resembles, empty where it is like none."""
    from rapidfuzz import fuzz, process  # only heads that are not known need it

    taken = columns_of(cells).values()
    found = []
    for cell in (cell for at, cell in enumerate(cells) if cell and at not in taken):
        near = process.extractOne(_folded(cell), list(_COLUMNS), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        found.append((cell[:40], head(_COLUMNS[near[0]]) if near else ""))
    return found


def head(column: Column) -> str:
    """Return the head that is written for a column, in both languages."""
    return f"{_NAMES[column].split()[0]} / {column}"


def yes_or_no(text: str, column: Column, empty: bool) -> bool:
    """Return what a cell of yes or no says; raise `ValueError` for another word."""
    if not text:
        return empty
    found = meaning_of(text, _YES_NO)
    if found is None:
        raise ValueError(f"found {column} {text!r}, expected yes/是 or no/否")
    return found


def needs_all(text: str) -> bool:
    """Return whether all quotes of a question are needed, not any one of them; raise `ValueError` for another word."""
    if not text:
        return False
    found = meaning_of(text, _ALL)
    if found is None:
        raise ValueError(f"found needs {text!r}, expected all/全部 or any/任一")
    return found


def language_of(text: str) -> str:
    """Return `en` when most letters are Latin, else `zh`."""
    letters = [c for c in text if c.isalpha()]
    latin = sum(c < "\u0250" for c in letters)
    return "en" if 2 * latin > len(letters) else "zh"
