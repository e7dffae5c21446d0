"""The child process that reads a stranger's table: a workbook, or a text in one of its many dialects.

It imports nothing of ours; `scheduler.sandbox.run` starts it and says what it may cost. What it makes out of bytes it
says without words: rows with their numbers in the file, or the name of a problem.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

Row = tuple[int, list[str]]

_SEPARATORS = (";", "\t", ",", "|")
_LOOKED_AT = 200
"""Records that decide what separates them."""
_BREAKS = 50
"""A cell with more line breaks than this has swallowed rows: its quotation mark never closes."""
_ONLY = re.compile(r'^="(.*)"$', re.DOTALL)
_GUARD = re.compile(r"^'+(?=[=+\-@])")
"""What keeps a spreadsheet program from taking a cell of a CSV for a formula: exports write it, ours too."""
_INVISIBLE = re.compile("[\0-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
_PLAIN = str.maketrans("ıłøđ", "ilod")
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")
_SEPARATORS_TRIED_LAST = ("^", "~", ":", "；", "，", "¦")
_QUOTES = ("'", "`", "´")
_CURLY = str.maketrans("“”„«»‘’", '"' * 7)
_RULE = re.compile(r"[\s|:;,+=_-]*[-=_]{2}[\s|:;,+=_-]*")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


class UnreadableSheet(Exception):
    """The table can't be used; the first argument names why."""


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The rows of a table that are not blank, with their numbers; or the name of its problem."""
    # Cells are bounded by our own limit, which has a sentence.
    csv.field_size_limit(len(data) + 1)
    try:
        if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
            return _workbook(data, order)
        text, guessed = (data.decode(), False) if order["pasted"] else _decoded(data)
        rows, separator = _table(text, order)
        return {
            "rows": list(_bounded(enumerate(rows, start=1), order)),
            "guessed": guessed,
            "separator": separator,
            "sheet": "",
            "others": [],
        }
    except UnreadableSheet as problem:
        return {"problem": str(problem)}


# Workbooks


def _workbook(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    # Only now: texts need nothing of it.
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        XmlError,
        ZipError,
    )

    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(part.file_size for part in archive.infolist()) > order["unpacked"]:
                    raise UnreadableSheet("unpacked")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        filled = 0
        for number, name in enumerate(seen):
            rows = list(_bounded(_sheet(book.get_sheet_by_name(name)), order))
            filled += bool(rows)
            if filled > order["skip"]:
                others = [*seen[:number], *seen[number + 1 :]][:20]
                return {"rows": rows, "guessed": False, "separator": "", "sheet": name, "others": others}
    except PasswordError:
        raise UnreadableSheet("password") from None
    except (CalamineError, ZipError, XmlError, zipfile.BadZipFile, OSError, ValueError, EOFError):
        raise UnreadableSheet("workbook") from None
    raise UnreadableSheet("blank")


def _sheet(sheet: Any) -> Iterator[Row]:
    """The rows of a sheet; each cell of a merged range holds what its first one says."""
    first = sheet.start[1] if sheet.start else 0
    merged: dict[int, list[tuple[int, int, int, int]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        merged.setdefault(top, []).append((top, left, bottom, right))
    under_way: list[tuple[int, int, str]] = []
    for number, found in enumerate(sheet.iter_rows()):
        if not merged and found.count("") == len(found):
            # A sheet may go on for a million rows.
            continue
        cells = [""] * first + [_written(value) for value in found]
        under_way = [span for span in under_way if span[0] >= number]
        for _top, left, bottom, right in merged.get(number, ()):
            if left < len(cells) and cells[left]:
                # A heading over two columns stands over both; a company beside three people is that of each.
                under_way.append((bottom, left, cells[left]))
                cells[left : right + 1] = [cells[left]] * len(cells[left : right + 1])
        for _bottom, left, value in under_way:
            if left < len(cells) and not cells[left]:
                cells[left] = value
        yield number + 1, cells


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return str(value.date())
    return str(value)


# Texts


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text of a file, and whether its letters are a guess."""
    for mark, name in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, errors="replace"), False
    if wide := _wide(data[:4096]):
        return data.decode(wide, errors="replace"), False
    if b"\0" in data:
        raise UnreadableSheet("binary")
    try:
        return _read_once(data.decode())
    except UnicodeDecodeError:
        pass
    text = data.decode(errors="replace")
    broken = text.count("\ufffd")
    if sum(letter > "\x7f" for letter in text) > 4 * broken:
        # A few bytes of a text in UTF-8 are damaged; another reading would spoil every accent of it.
        return text, True
    return data.decode(_old_code(data), errors="replace"), True


def _read_once(text: str) -> tuple[str, bool]:
    """A text that was read as Western Europe's letters and written again (“ZoÃ«”) as it was before."""
    if re.search("[ÃÄÅÐÑÎÏ][\x80-\xbf‚„†‡ˆ‰‹‘’“”•–—˜™›ƒ…ŠŒŽšœžŸ€]", text):
        try:
            return text.encode("cp1252").decode(), True
        except UnicodeError:
            pass
    return text, False


def _old_code(data: bytes) -> str:
    """The likeliest of the codes that old programs write without saying so; Western Europe's unless signs tell."""
    # Letters of DOS, which “CSV (MS-DOS)” still writes, are signs or nothing in all the others.
    if re.search(rb"[A-Za-z][\x81\x82\x84\x85\x87\x88\x89\x8b\x90\x93-\x95][a-z]", data):
        return "cp850"
    if b"\r" in data and b"\n" not in data:
        return "mac_roman"
    letters = [byte for byte in data if byte >= 0xC0]
    # Words whose every letter is beyond ASCII are of another alphabet; Russian is full of one letter, Greek has none.
    if 2 * sum(map(len, re.findall(rb"[\xc0-\xff]{3,}", data))) > len(letters):
        return "cp1251" if 50 * letters.count(0xE0) > len(letters) else "cp1253"
    # Letters of Polish are signs in Western Europe's code, where no word has one.
    signs = rb"[\xa3\xa5\xaf\xb3\xb9\xbf\x9f\x8f]"
    # The six letters of Turkish stand where those of Icelandic do, which has others besides.
    if len(set(data) & set(b"\xd0\xdd\xde\xf0\xfd\xfe")) > 1 and not set(data) & set(
        b"\xe6\xe1\xed\xf3\xfa\xc1\xc6"
    ):
        return "cp1254"
    polish = re.search(rb"[A-Za-z\xc0-\xff]" + signs + rb"|" + signs + rb"[a-z\xc0-\xff]{2}", data)
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "cp1250"
    return "cp1250" if polish else "cp1252"


def _wide(start: bytes) -> str:
    """UTF-16 without its mark, told by where the zeros of plain letters stand; or nothing."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if 8 * max(even, odd) < len(start) // 2 or max(even, odd) <= 8 * min(even, odd):
        return ""
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = start.decode(name, errors="replace")
    return "" if any(letter < " " and letter not in "\t\r\n" for letter in text) else name


def _table(text: str, order: dict[str, Any]) -> tuple[list[list[str]], str]:
    """The records of a text, and what separates their cells ("" for one column)."""
    # Millions of blank lines at the end are lines all the same.
    text = text.lstrip("\ufeff").rstrip().replace("\r\r\n", "\r\n")
    if "\0" in text or text.startswith(("%PDF-", "{\\rtf")):
        raise UnreadableSheet("binary")
    if "\n" not in text and "\r" not in text:
        # Lines may end as only Unicode and old machines know it.
        text = re.sub("[\x85\u2028\u2029]", "\n", text)
    if text[:1] in "“„«":
        text = text.translate(_CURLY)
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text[:200], re.IGNORECASE):
        raise UnreadableSheet("markup")
    chosen = order.get("separator", "")
    if line := re.match(r"[ \t]*\"?sep=(.)\"?[ \t;,]*(\r\n|\r|\n|$)", text, re.IGNORECASE):
        # A line for Excel, which does not show it.
        text, chosen = text[line.end() :], line[1]
    words = set(order["words"])
    prose = text.count(",") == text.count(", ")
    found = [(separator, _records(text, separator, _LOOKED_AT)) for separator in ("", *_SEPARATORS)]
    best = max(
        found,
        key=lambda pair: _fitness(pair[1], words, separated=bool(pair[0]), prose=pair[0] == "," and prose),
    )[0]
    if not chosen and _known(_records(text, best, _LOOKED_AT), words) < 2:
        wide = re.sub(r"(?<=\S) *\t *| {2,}(?=\S)", "\t", text)
        more = [(sign, text) for sign in _SEPARATORS_TRIED_LAST if sign in text] + [("\t", wide)]
        counted = [(_known(_records(said, sign, _LOOKED_AT), words), sign, said) for sign, said in more]
        known, sign, said = max(counted, key=lambda one: one[0])
        if known > 2:
            best, text = sign, said
    if chosen:
        given = _records(text, chosen, _LOOKED_AT)
        if _known(given, words) >= _known(_records(text, best, _LOOKED_AT), words):
            best = chosen
    records = _records(text, best)
    if not best and _known(records[:_LOOKED_AT], words) == 0:
        # Each line was quoted as a whole by somebody who saved the file twice.
        inner = "\n".join(record[0].replace("\n", " ") if record else "" for record in records)
        if inner.strip() != text.strip() and any(separator in inner for separator in _SEPARATORS):
            quoted = {**order, "separator": ""}
            again = _table(inner, quoted)
            if _known(again[0], words) > 0:
                return again
    return records, best


def _records(text: str, separator: str, most: int | None = None) -> list[list[str]]:
    """The records of a text, blank ones included; the first `most` of them."""
    part = text if most is None else text[:400_000]
    if part[:1] in _QUOTES and f"{part[0]}{separator}" in part:
        return list(_parsed(part, separator, most, csv.QUOTE_MINIMAL, quote=part[0]))
    # Before a separator or at an end, the mark after a backslash ends a cell that ends with one.
    if re.search(rf'\\"[^\s{re.escape(separator)}]', part) and '""' not in part.replace('\\"', ""):
        part = part.replace('\\"', '""')
    records = list(_parsed(part, separator, most, csv.QUOTE_MINIMAL))
    if any(cell.count("\n") + cell.count("\r") > _BREAKS for record in records for cell in record):
        return [
            [cell.strip().strip('"') for cell in record]
            for record in _parsed(part, separator, most, csv.QUOTE_NONE)
        ]
    return records


def _parsed(
    text: str, separator: str, most: int | None, quoting: Any, *, quote: str = '"'
) -> Iterator[list[str]]:
    # A text of one column is read with a separator that no text holds.
    delimiter = separator or "\x1f"
    lines = io.StringIO(text, newline="")
    source = csv.reader(lines, delimiter=delimiter, quotechar=quote, quoting=quoting, skipinitialspace=True)
    try:
        for count, record in enumerate(source):
            if count == most:
                return
            yield record
    except csv.Error:
        raise UnreadableSheet("text") from None


def _fitness(
    records: list[list[str]], words: set[str], *, separated: bool, prose: bool
) -> tuple[int, float, int]:
    """How well a separator fits: by headings that are known, then by records of the same width.

    `prose`: a blank follows each separator, as in sentences.
    """
    filled = [record for record in records if any(cell.strip() for cell in record)]
    widths = Counter(len(record) for record in filled if len(record) > 1)
    known = _known(filled, words)
    if separated and not filled:
        return known, 1.0, 1
    if not separated or not widths:
        return known, 0.5, 1
    width, count = widths.most_common(1)[0]
    same = count / len(filled)
    # A table of one column may name it; then separators in its rows are part of what they say.
    fits = known > 1 or (same >= (1.0 if known else 0.9) and not prose)
    return known, same if fits else 0.0, width


def _known(records: Iterable[list[str]], words: set[str]) -> int:
    """How many headings are known in the best of the records."""
    return max((len({heading_key(cell) for cell in record} & words) for record in records), default=0)


def heading_key(heading: str) -> str:
    """A heading without what differs between files: case, accents, asides in brackets, marks, line breaks."""
    # firstName, as programs write it.
    apart = _HUMP.sub(" ", _ASIDE.sub(" ", heading))
    plain = unicodedata.normalize("NFKD", apart.casefold())
    letters = (letter if letter.isalpha() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(letters).translate(_PLAIN).split())


# Both


def _bounded(source: Iterable[Row], order: dict[str, Any]) -> Iterator[Row]:
    """The rows that are not blank. More than are allowed raise Problem; cells end where no field goes on."""
    count = 0
    for number, cells in source:
        clean = [_clean(cell, order["letters"]) for cell in cells[: order["columns"]]]
        while clean and not clean[-1]:
            clean.pop()
        if not clean or _RULE.fullmatch("|".join(clean)):
            # Blank, or a line drawn with signs below the headings.
            continue
        count += 1
        if count > order["rows"]:
            raise UnreadableSheet("rows")
        yield number, clean


def _clean(cell: str, letters: int) -> str:
    cell = cell[: 2 * letters]
    if only := _ONLY.match(cell):
        cell = only[1]
    return _GUARD.sub("", " ".join(_INVISIBLE.sub(_blank, cell).split()))[:letters]


def _blank(found: re.Match[str]) -> str:
    return " " if any(letter.isspace() for letter in found[0]) else ""
