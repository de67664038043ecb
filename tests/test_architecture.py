"""
The rooms keep to themselves: the import table of ARCHITECTURE.md, and what is absent on purpose.

Each law is a function from the package's folder to its findings.
The laws run over `src/multifidus`, and over small trees with a planted fault, which they must find.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = "multifidus"
SOURCE = Path(__file__).resolve().parents[1] / "src" / PACKAGE

# Who may import whom. A room also imports itself, and every room may import `errors`.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "core": (),
    "language": ("core",),
    "chart": ("core",),
    "columnar": ("core",),
    "analysis": ("core",),
    "export": ("core",),
    "billing": ("core",),
    "evidence": ("core.citation",),
    "library": ("core", "language", "analysis"),
    "davinci": ("core", "export"),
    "packet": ("core", "evidence"),
    "population": ("core",),
    # The front door: `multifidus/__init__.py`.
    PACKAGE: ("core", "language", "chart", "library"),
    # Data; they import nothing at all.
    "examples": (),
    "policies": (),
}
DATA = ("examples", "policies")
# These two know every room, and not each other.
EVERY_ROOM = tuple(room for room in MAY_IMPORT if room not in DATA)
MAY_IMPORT |= {"server": EVERY_ROOM, "cli": EVERY_ROOM}

# Which of the others each storey of a room may import. A storey is a folder, or a module on top of
# the folders; every other module beside them lies below all, and imports none of them.
STOREYS: dict[str, dict[str, tuple[str, ...]]] = {
    "chart": {
        "formats": (),
        "statements": (),
        "ccda": ("formats",),
        "prose": ("statements",),
        "derive": ("statements",),
        "answer": ("statements",),
        "filled": ("statements", "answer"),
        "noted": ("formats", "statements", "prose"),
        "record": ("formats", "statements", "ccda", "prose"),
    },
    "columnar": {
        "derivation": (),
        "engines": ("derivation",),
        "sources": ("derivation", "engines"),
    },
}

# A library is known to one room only. A new library gets its line here.
LIBRARIES = {
    "deltalake": "columnar",
    "docx": "packet",
    "duckdb": "columnar",
    "fontpkg_arimo": "evidence",
    "jinja2": "packet",
    "lark": "language",
    "lxml": "chart",
    "markdown_it": "language",
    "markupsafe": "packet",
    "numpy": "evidence",
    "orjson": "chart",
    "pikepdf": "packet",
    "pypdfium2": "chart",
    "pysail": "columnar",
    "pyspark": "columnar",
    "pytesseract": "chart",
    "resvg_py": "evidence",
    "scipy": "evidence",
    "typst": "packet",
    "yaml": "language",
    "z3": "analysis",
}

# Core reads no file, no clock, no environment, and prints nothing.
FILES = ("codecs", "fileinput", "glob", "importlib", "io", "linecache", "pathlib", "shutil")
STORES = ("http", "socket", "sqlite3", "tempfile", "urllib")
CLOCK_AND_CHANCE = ("random", "secrets", "time", "uuid")
SURROUNDINGS = ("getpass", "locale", "logging", "os", "platform", "signal", "subprocess", "sys")
OTHER_FLOWS = ("asyncio", "multiprocessing", "threading")
IMPURE_MODULES = {*FILES, *STORES, *CLOCK_AND_CHANCE, *SURROUNDINGS, *OTHER_FLOWS}
IMPURE_FUNCTIONS = {"__import__", "breakpoint", "eval", "exec", "input", "open", "print"}
CLOCKS = {"fromtimestamp", "now", "today", "utcnow"}

# A function without a home is a sign that a noun is missing; find the noun.
NO_ROOMS = {"common", "helpers", "manager", "managers", "services", "util", "utils"}

# The program never denies care: it has no word for it.
DENIAL = re.compile(r"den(?:y|ied|ies|ial)|reject", re.IGNORECASE)

# Phrases that are looked for in charts, and never said: `denies radicular pain`.
WORDS_OF_CHARTS = ("policies/dictionaries/wording/", "- ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A line that may hold a word of denial, because the word is somebody else's."""

    path: str  # below src/multifidus
    line: str  # the line, without the white space around it
    reason: str  # whose word it is, and why it has to stand there


ALLOWED: tuple[Allowed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Python file of the package."""

    path: Path  # below the package's folder
    syntax: ast.Module

    @property
    def room(self) -> str:
        """Name the room: the first folder, the module beside the rooms, or the front door."""
        first = self.path.parts[0].removesuffix(".py")
        return PACKAGE if first == "__init__" else first

    def imports(self) -> Iterator[tuple[int, str]]:
        """Give the line and the full dotted name of whatever is imported, wherever it stands."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def _base(self, node: ast.ImportFrom) -> str:
        """Spell out what the dots of a relative import stand for."""
        here = (PACKAGE, *self.path.parent.parts)
        above = here[: len(here) - node.level + 1] if node.level else ()
        return ".".join((*above, *([node.module] if node.module else [])))


def modules(source: Path) -> Iterator[Module]:
    """Parse every Python file below a folder."""
    for path in sorted(source.rglob("*.py")):
        syntax = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        yield Module(path=path.relative_to(source), syntax=syntax)


def target(dotted: str) -> str | None:
    """
    Say what an imported name is, below the package; `None` if it is not ours.

    >>> target("multifidus.core.citation.Citation")
    'core.citation.Citation'
    >>> target("multifidus.determine")
    'multifidus'
    >>> target("yaml")
    """
    first, _, rest = dotted.partition(".")
    if first != PACKAGE:
        return None
    is_name_at_the_front_door = "." not in rest and rest not in MAY_IMPORT
    return PACKAGE if is_name_at_the_front_door else rest


def is_within(name: str, places: tuple[str, ...]) -> bool:
    """
    Tell whether a dotted name is one of the places, or inside one.

    >>> is_within("core.citation.Citation", ("core.citation",))
    True
    >>> is_within("core.citations", ("core.citation",))
    False
    """
    return any(f"{name}.".startswith(f"{place}.") for place in places)


def who_imports_whom(source: Path) -> Iterator[str]:
    """Every import between rooms is in the table, and every room has its line there."""
    for module in modules(source):
        room = module.room
        if room not in MAY_IMPORT:
            yield f"{module.path}: `{room}` is not in the import table"
            continue
        for line, dotted in module.imports():
            name = target(dotted)
            if room in DATA:
                yield f"{module.path}:{line}: `{room}` is data and imports nothing"
            elif name and not is_within(name, (room, "errors", *MAY_IMPORT[room])):
                yield f"{module.path}:{line}: `{room}` may not import `{name}`"


def no_storey_looks_up(source: Path) -> Iterator[str]:
    """Inside a room, every import between storeys is in the table."""
    for module in modules(source):
        storeys = STOREYS.get(module.room, {})
        here = "/".join(module.path.parts[1:2])  # nothing, where a room is a module
        mine = here.removesuffix(".py")
        may = {mine, *storeys.get(mine, ())}
        others = tuple(f"{module.room}.{each}" for each in storeys if each not in may)
        for line, dotted in module.imports():
            name = target(dotted)
            if name and is_within(name, others):
                yield f"{module.path}:{line}: `{here}` does not stand on `{name}`"


def who_knows_which_library(source: Path) -> Iterator[str]:
    """A library is known to one room only; core knows none."""
    for module in modules(source):
        for line, dotted in module.imports():
            library = dotted.partition(".")[0]
            if library == PACKAGE or library in sys.stdlib_module_names:
                continue
            if library not in LIBRARIES:
                yield f"{module.path}:{line}: no room is named for the library `{library}`"
            elif module.room != LIBRARIES[library]:
                home = LIBRARIES[library]
                yield f"{module.path}:{line}: `{library}` is known to `{home}` only"


def core_is_pure(source: Path) -> Iterator[str]:
    """Core reads no file, no clock and no environment."""
    for module in modules(source):
        if module.room != "core":
            continue
        for line, dotted in module.imports():
            if dotted.partition(".")[0] in IMPURE_MODULES:
                yield f"{module.path}:{line}: core may not import `{dotted}`"
        for node in ast.walk(module.syntax):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in IMPURE_FUNCTIONS:
                    yield f"{module.path}:{node.lineno}: core may not call `{name}`"
                case ast.Attribute(attr=name) if name in CLOCKS:
                    yield f"{module.path}:{node.lineno}: core may not ask the clock: `{name}`"
                case _:
                    pass


def no_room_is_a_drawer(source: Path) -> Iterator[str]:
    """No room and no module is called utils or the like."""
    for path in sorted(source.rglob("*.py")):
        below = path.relative_to(source)
        for name in (*below.parent.parts, below.stem):
            if name in NO_ROOMS:
                yield f"{below}: `{name}` is not a noun of this program; find the noun"


def no_word_of_denial(source: Path, *, allowed: tuple[Allowed, ...] = ALLOWED) -> Iterator[str]:
    """No file name and no line of text under the package holds a word of denial."""
    exceptions = {(each.path, each.line) for each in allowed}
    folder, mark = WORDS_OF_CHARTS
    for path, number, line in _lines(source):
        if path.startswith(folder) and line.startswith(mark):
            continue
        found = DENIAL.search(line)
        if found and (path, line) in exceptions:
            exceptions.discard((path, line))
        elif found:
            yield f"{path}:{number}: the program never says `{found[0]}`"
    for name, line in sorted(exceptions):
        yield f"{name}: the exception for `{line}` is no longer needed"


def _lines(source: Path) -> Iterator[tuple[str, int, str]]:
    """Give path, number and text of every line; line 0 is the path itself."""
    for path in sorted(source.rglob("*")):
        below = path.relative_to(source).as_posix()
        # Tools leave their caches in folders that are hidden or called __pycache__.
        if path.is_dir() or re.search(r"(^|/)(\.|__pycache__/)", below):
            continue
        yield below, 0, below
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a font or a picture holds no words
        for number, line in enumerate(text.splitlines(), start=1):
            yield below, number, line.strip()


LAWS = (
    who_imports_whom,
    no_storey_looks_up,
    who_knows_which_library,
    core_is_pure,
    no_room_is_a_drawer,
    no_word_of_denial,
)


@pytest.mark.parametrize("law", LAWS)
def test_the_package_keeps_the_law(law: Callable[[Path], Iterator[str]]) -> None:
    assert [] == list(law(SOURCE))


@pytest.mark.parametrize("law", LAWS)
def test_an_empty_tree_keeps_the_law(law: Callable[[Path], Iterator[str]], tmp_path: Path) -> None:
    assert [] == list(law(tmp_path))


def test_every_allowed_word_has_a_reason() -> None:
    assert [] == [each for each in ALLOWED if not each.reason.strip()]


def plant(folder: Path, *, path: str, text: str) -> Path:
    """Write one file into a tree and give the tree."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("path", "text", "finding"),
    [
        ("core/case.py", "import multifidus.chart", "`core` may not import `chart`"),
        ("core/case.py", "from multifidus import chart", "`core` may not import `chart`"),
        ("core/case.py", "from ..chart import fhir", "`core` may not import `chart.fhir`"),
        ("core/case.py", "from .. import chart", "`core` may not import `chart`"),
        ("core/__init__.py", "from ..chart import fhir", "`core` may not import `chart.fhir`"),
        ("core/case.py", "import multifidus", "`core` may not import `multifidus`"),
        (
            "language/read.py",
            "def read():\n    from multifidus.chart.fhir import Index",
            "`language` may not import `chart.fhir.Index`",
        ),
        (
            "evidence/pool.py",
            "from multifidus.core.case import Case",
            "`evidence` may not import `core.case.Case`",
        ),
        ("davinci/crd.py", "import multifidus.packet", "`davinci` may not import `packet`"),
        ("server/app.py", "from multifidus import cli", "`server` may not import `cli`"),
        ("cli.py", "import multifidus.server.app", "`cli` may not import `server.app`"),
        ("errors.py", "import multifidus.core", "`errors` may not import `core`"),
        ("__init__.py", "import multifidus.server", "`multifidus` may not import `server`"),
        ("policies/__init__.py", "import json", "`policies` is data and imports nothing"),
        ("attic/__init__.py", "", "`attic` is not in the import table"),
    ],
)
def test_a_planted_import_is_found(tmp_path: Path, path: str, text: str, finding: str) -> None:
    found = list(who_imports_whom(plant(tmp_path, path=path, text=text)))

    assert [finding] == [each.partition(": ")[2] for each in found]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/case.py", "from multifidus.core.truth import Truth\nfrom . import truth"),
        ("core/case.py", "from multifidus.errors import Place\nfrom multifidus import errors"),
        ("evidence/pool.py", "from multifidus.core.citation import Citation"),
        ("evidence/pool.py", "from multifidus.core import citation"),
        ("library/shelf.py", "from multifidus import analysis, core, language"),
        ("__init__.py", "from multifidus.library import shelf\nfrom .core import truth"),
        ("cli.py", "from multifidus import determine, errors\nimport multifidus.davinci"),
        ("server/app.py", "import multifidus\nfrom multifidus.packet import compose"),
    ],
)
def test_an_import_of_the_table_is_allowed(tmp_path: Path, path: str, text: str) -> None:
    assert [] == list(who_imports_whom(plant(tmp_path, path=path, text=text)))


@pytest.mark.parametrize("room", STOREYS)
def test_every_storey_stands_on_those_before_it(room: str) -> None:
    """So there is no way around in a circle."""
    order = [*STOREYS[room]]

    assert [] == [
        (each, below)
        for each, stands_on in STOREYS[room].items()
        for below in stands_on
        if below not in order[: order.index(each)]
    ]


@pytest.mark.parametrize("room", STOREYS)
def test_every_storey_needs_those_it_stands_on(room: str) -> None:
    """The table tells no more than is so."""
    found = {
        (module.path.parts[1].removesuffix(".py"), each)
        for module in modules(SOURCE)
        if module.room == room
        for _, dotted in module.imports()
        for each in STOREYS[room]
        if is_within(dotted, (f"{PACKAGE}.{room}.{each}",))
    }

    assert [] == [
        (each, below)
        for each, stands_on in STOREYS[room].items()
        for below in stands_on
        if (each, below) not in found
    ]


@pytest.mark.parametrize(
    ("path", "imported", "finding"),
    [
        ("columnar/layout.py", "derivation.rules", "`layout.py`"),
        ("columnar/derivation/scan.py", "sources", "`derivation`"),
        ("columnar/engines/task.py", "sources.bulk", "`engines`"),
        ("chart/fhir.py", "statements.plan", "`fhir.py`"),
        ("chart/statements/weigh.py", "derive", "`statements`"),
        ("chart/prose/notes.py", "formats.pdf", "`prose`"),
        ("chart/derive.py", "prose.notes", "`derive.py`"),
    ],
)
def test_a_planted_look_at_another_storey_is_found(
    tmp_path: Path, path: str, imported: str, finding: str
) -> None:
    whole = f"{path.partition('/')[0]}.{imported}"
    tree = plant(tmp_path, path=path, text=f"import multifidus.{whole}")

    assert [f"{path}:1: {finding} does not stand on `{whole}`"] == list(no_storey_looks_up(tree))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("columnar/engines/task.py", "from multifidus.columnar import derivation, layout"),
        ("chart/filled.py", "from multifidus.chart import answer, fhir, statements"),
        ("chart/prose/notes.py", "from multifidus.chart.prose.links import Links"),
    ],
)
def test_a_look_downstairs_is_allowed(tmp_path: Path, path: str, text: str) -> None:
    assert [] == list(no_storey_looks_up(plant(tmp_path, path=path, text=text)))


@pytest.mark.parametrize(
    ("path", "text", "finding"),
    [
        ("core/policy.py", "import yaml", "`yaml` is known to `language` only"),
        ("cli.py", "from orjson import dumps", "`orjson` is known to `chart` only"),
        ("core/truth.py", "import z4.ast", "no room is named for the library `z4`"),
    ],
)
def test_a_planted_library_is_found(tmp_path: Path, path: str, text: str, finding: str) -> None:
    found = list(who_knows_which_library(plant(tmp_path, path=path, text=text)))

    assert [f"{path}:1: {finding}"] == found


def test_a_library_is_allowed_in_its_room(tmp_path: Path) -> None:
    plant(tmp_path, path="language/dictionary.py", text="import json\nimport yaml")

    assert [] == list(who_knows_which_library(tmp_path))


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("import os.path", "core may not import `os.path`"),
        ("from pathlib import Path", "core may not import `pathlib.Path`"),
        ("text = open('policy.md')", "core may not call `open`"),
        ("words = input()", "core may not call `input`"),
        ("day = date.today()", "core may not ask the clock: `today`"),
        ("day = datetime.datetime.now()", "core may not ask the clock: `now`"),
    ],
)
def test_a_planted_impurity_is_found(tmp_path: Path, text: str, finding: str) -> None:
    plant(tmp_path, path="core/case.py", text=text)

    assert [f"core/case.py:1: {finding}"] == list(core_is_pure(tmp_path))


def test_open_is_a_word_of_core_too(tmp_path: Path) -> None:
    """A determination has open elements; only a call opens a file."""
    plant(tmp_path, path="core/case.py", text="class Case:\n    open: tuple[str, ...]")

    assert [] == list(core_is_pure(tmp_path))


def test_other_rooms_may_read_files_and_clocks(tmp_path: Path) -> None:
    plant(tmp_path, path="library/shelf.py", text="import pathlib\ndate.today()\nopen('a')")

    assert [] == list(core_is_pure(tmp_path))


@pytest.mark.parametrize("path", ["utils.py", "chart/helpers.py", "services/__init__.py"])
def test_a_planted_drawer_is_found(tmp_path: Path, path: str) -> None:
    assert 1 == len(list(no_room_is_a_drawer(plant(tmp_path, path=path, text=""))))


@pytest.mark.parametrize(
    ("path", "text", "word"),
    [
        ("davinci/pas.py", "class Denial(Enum): ...", "Denial"),
        ("core/case.py", "\n\nis_denied = False", "denied"),
        ("server/pages/case.html", "<b>DENIED</b>", "DENIED"),
        ("policies/a/policy.md", "The plan denies it.", "denies"),
        ("policies/a/sources.yaml", "note: deny", "deny"),
        ("policies/dictionaries/wording/a.yaml", "confirm: because denied", "denied"),
        ("language/grammar.lark", "rejected: WORD", "reject"),
    ],
)
def test_a_planted_word_of_denial_is_found(tmp_path: Path, path: str, text: str, word: str) -> None:
    number = len(text.splitlines())

    assert [f"{path}:{number}: the program never says `{word}`"] == list(
        no_word_of_denial(plant(tmp_path, path=path, text=text))
    )


def test_a_file_name_is_a_word_too(tmp_path: Path) -> None:
    plant(tmp_path, path="packet/denial-letter.md", text="")

    assert ["packet/denial-letter.md:0: the program never says `denial`"] == list(
        no_word_of_denial(tmp_path)
    )


def test_a_word_of_somebody_else_is_allowed_with_its_reason(tmp_path: Path) -> None:
    """The exception is for one line of one file; when the line goes, the exception is a finding."""
    allowed = (
        Allowed(path="davinci/pas.py", line='CODE = "denied"', reason="a code of the standard"),
    )
    plant(tmp_path, path="davinci/pas.py", text='    CODE = "denied"\nother = "denied"\n')

    assert ["davinci/pas.py:2: the program never says `denied`"] == list(
        no_word_of_denial(tmp_path, allowed=allowed)
    )

    plant(tmp_path, path="davinci/pas.py", text="")

    assert ['davinci/pas.py: the exception for `CODE = "denied"` is no longer needed'] == list(
        no_word_of_denial(tmp_path, allowed=allowed)
    )


def test_a_file_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "font.ttf").write_bytes(b"\xff\xfe\x80denied")

    assert [] == list(no_word_of_denial(tmp_path))
