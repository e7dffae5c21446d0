"""The child process that looks through a stranger's archive: its files, their sizes and hashes, the form of each line.

It says what is wrong as {"problem": a word, "file": a name, "entry": a number}; what it passed can be read again
without surprises. What the entries mean is looked at where they are stored.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

MANIFEST = "manifest.json"
_NAME = re.compile(r"(tables/[a-z][a-z_]{0,60}\.jsonl|files/[0-9a-f]{64})\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MANIFEST_BYTES = 16 * 1024 * 1024
_PART = 1024 * 1024


class Wrong(Exception):
    """What is wrong, as a fact."""

    def __init__(self, problem: str, file: str = "", entry: int = 0, value: str = "") -> None:
        super().__init__(problem)
        self.fact = {"problem": problem, "file": file, "entry": entry, "value": value}


def read(data: bytes, order: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest, once every file is what it says. `order`: format, version, schemas, and the most of everything:
    files, bytes (all of them unpacked), file (bytes of one), rows, line (bytes).
    """
    try:
        return {"manifest": _looked_through(data, order)}
    except Wrong as wrong:
        return wrong.fact


def _looked_through(data: bytes, order: Mapping[str, Any]) -> dict[str, Any]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Wrong("no zip") from None
    with archive:
        members = _members(archive, order)
        manifest = _manifest(archive, order)
        _same_files(members, manifest)
        left = {"bytes": order["bytes"], "rows": order["rows"]}
        for name in manifest["tables"]:
            _table(archive, name, manifest["tables"][name], order, left)
        for name in manifest["files"]:
            _file(archive, name, manifest["files"][name], order, left)
    return manifest


def _members(archive: zipfile.ZipFile, order: Mapping[str, Any]) -> set[str]:
    """The names in the zip, none of which leads anywhere."""
    entries = archive.infolist()
    if len(entries) > order["files"]:
        raise Wrong("many files")
    found: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name != MANIFEST and not _NAME.match(name):
            raise Wrong("name", name[:200])
        if name in found:
            raise Wrong("twice", name)
        if entry.flag_bits & 1:
            raise Wrong("encrypted", name)
        if entry.compress_type not in _METHODS:
            raise Wrong("packed", name)
        found.add(name)
    if MANIFEST not in found:
        raise Wrong("no manifest")
    return found - {MANIFEST}


def _manifest(archive: zipfile.ZipFile, order: Mapping[str, Any]) -> dict[str, Any]:
    content = b"".join(_parts(archive, MANIFEST, _MANIFEST_BYTES))
    found = _json(content, MANIFEST, 0)
    if not isinstance(found, dict) or found.get("format") != order["format"]:
        raise Wrong("format", MANIFEST)
    number, schema = found.get("version"), found.get("schema")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise Wrong("manifest", MANIFEST, value="version")
    if number > order["version"]:
        raise Wrong("newer", MANIFEST)
    if not isinstance(schema, str):
        raise Wrong("manifest", MANIFEST, value="schema")
    if schema not in order["schemas"]:
        raise Wrong("newer" if schema > max(order["schemas"]) else "schema", MANIFEST, value=schema[:40])
    event = found.get("event")
    if not isinstance(event, dict) or not all(
        isinstance(event.get(name), str) for name in ("slug", "name", "public_id")
    ):
        raise Wrong("manifest", MANIFEST, value="event")
    for name in ("software", "as_of"):
        if not isinstance(found.get(name), str):
            raise Wrong("manifest", MANIFEST, value=name)
    _tables_told(found.get("tables"))
    _files_told(found.get("files"))
    return found


def _tables_told(tables: Any) -> None:
    fits = isinstance(tables, dict) and all(
        isinstance(told, dict)
        and _count(told.get("rows"))
        and isinstance(told.get("sha256"), str)
        and _HASH.match(told["sha256"])
        for told in tables.values()
    )
    if not fits:
        raise Wrong("manifest", MANIFEST, value="tables")


def _files_told(files: Any) -> None:
    if not isinstance(files, dict) or not all(
        isinstance(told, dict) and _count(told.get("bytes")) for told in files.values()
    ):
        raise Wrong("manifest", MANIFEST, value="files")


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _same_files(members: set[str], manifest: dict[str, Any]) -> None:
    told = {*manifest["tables"], *manifest["files"]}
    for name in sorted(told - members):
        raise Wrong("missing", str(name)[:200])
    for name in sorted(members - told):
        raise Wrong("extra", name)
    for kind in ("tables", "files"):
        for name in manifest[kind]:
            if not name.startswith(f"{kind}/"):
                raise Wrong("manifest", MANIFEST, value=kind)


def _table(
    archive: zipfile.ZipFile, name: str, told: dict[str, Any], order: Mapping[str, Any], left: dict[str, int]
) -> None:
    digest, count = hashlib.sha256(), 0
    for line in _lines(archive, name, order, left):
        digest.update(line)
        count += 1
        left["rows"] -= 1
        if left["rows"] < 0:
            raise Wrong("many rows", name, value=str(order["rows"]))
        if not line.endswith(b"\n"):
            raise Wrong("line", name, count)
        if not isinstance(_json(line, name, count), dict):
            raise Wrong("line", name, count)
    if digest.hexdigest() != told["sha256"]:
        raise Wrong("hash", name)
    if count != told["rows"]:
        raise Wrong("count", name)


def _lines(archive: zipfile.ZipFile, name: str, order: Mapping[str, Any], left: dict[str, int]) -> Any:
    """Each line with its end; the last one may lack it."""
    rest, number = b"", 0
    for part in _parts(archive, name, left["bytes"]):
        left["bytes"] -= len(part)
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            number += 1
            if len(line) > order["line"]:
                raise Wrong("long line", name, number)
            yield line + b"\n"
        if len(rest) > order["line"]:
            raise Wrong("long line", name, number + 1)
    if rest:
        yield rest


def _file(
    archive: zipfile.ZipFile, name: str, told: dict[str, Any], order: Mapping[str, Any], left: dict[str, int]
) -> None:
    digest, size = hashlib.sha256(), 0
    for part in _parts(archive, name, min(left["bytes"], order["file"])):
        digest.update(part)
        size += len(part)
    left["bytes"] -= size
    if name != f"files/{digest.hexdigest()}" or size != told["bytes"]:
        raise Wrong("hash", name)


def _parts(archive: zipfile.ZipFile, name: str, most: int) -> Any:
    """A file's bytes, counted as they are unpacked: what its head says of its size is not believed."""
    try:
        with archive.open(name) as file:
            size = 0
            while part := file.read(_PART):
                size += len(part)
                if size > most:
                    raise Wrong("large", name)
                yield part
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Wrong("broken", name) from None


def _json(content: bytes, name: str, entry: int) -> Any:
    try:
        return json.loads(content.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Wrong("line" if entry else "manifest", name, entry) from None


def _no_number(_word: str) -> None:
    raise ValueError
