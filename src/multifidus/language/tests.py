"""The tests in code font: text to expression, by the grammar in `grammar.lark`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken
from lark.exceptions import VisitError

from multifidus.core.expression import AllOf, AnyOf, Compare, Expression, Holds, Matches, Not
from multifidus.core.quantity import UNITS, Operator, Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 1000
DEEPEST = 30
MOST_SHOWN = 12
"""So many characters of what is not understood are shown."""


class TestError(ValueError):
    """A test that does not follow the grammar: what is wrong, where, and the way forward."""

    __test__ = False

    def __init__(self, message: str, hint: str, offset: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.offset = message, hint, offset


def read_test(text: str) -> Expression:
    """
    Read one test; `TestError` says what is wrong with it.

    >>> read_test("not spine_surgery_indicated")
    Not(part=Holds(element='spine_surgery_indicated'))
    """
    if len(text) > LONGEST or text.count("(") > DEEPEST or text.split().count("not") > DEEPEST:
        message = "the test is too long"
        raise TestError(message, "make it a list of items, or define a data element for it", 0)
    try:
        tree = _parser().parse(text)
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        raise _error(text, len(text) if at_end else error.pos_in_stream) from None
    except UnexpectedCharacters as error:
        raise _error(text, error.pos_in_stream) from None
    try:
        return _ToExpression().transform(tree)
    except VisitError as error:
        raise error.orig_exc from None


_HINT = (
    "write `element >= 21 points`, `element is option`, `element is one of a, b`, `element`,"
    " or `not …`"
)
_ASKS_RECORD = (
    "no test asks whether something is recorded: a new fact could then unsettle an answer"
)


def _error(text: str, start: int | None) -> TestError:
    """Say what is wrong where the parser gave up."""
    offset = start or 0
    words = text[offset : offset + MOST_SHOWN].strip()
    if not words:
        return TestError("the test stops short", _HINT, len(text))
    if " is not " in text:
        place = text.index(" is not ") + 1
        return TestError("`is not` is not in the notation", "write `not element is option`", place)
    if any(word in text.split() for word in ("exists", "missing", "present")):
        return TestError(_ASKS_RECORD, "define a data element whose silence means no", offset)
    return TestError(f"the test is not understood at `{words}`", _HINT, offset)


@cache
def _parser() -> Lark:
    return Lark.open(
        "grammar.lark", rel_to=__file__, parser="lalr", start="test", maybe_placeholders=False
    )


class _ToExpression(Transformer[Token, Expression]):
    """One method for each rule of the grammar."""

    def any_of(self, parts: Sequence[Expression]) -> Expression:
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def all_of(self, parts: Sequence[Expression]) -> Expression:
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def negation(self, parts: Sequence[Expression]) -> Expression:
        return Not(parts[0])

    def compare(self, tokens: Sequence[Token]) -> Expression:
        name, operator, number, unit = (str(token) for token in tokens)
        if unit not in UNITS:
            message = f"unknown unit `{unit}`"
            raise TestError(message, f"the units are: {', '.join(UNITS)}", _start(tokens[3]))
        try:
            bound = Quantity(number, unit)
        except ValueError as error:
            hint = "state the bound as a source would"
            raise TestError(str(error), hint, _start(tokens[2])) from None
        return Compare(name, Operator(operator), bound)

    def matches(self, tokens: Sequence[Token]) -> Expression:
        return Matches(str(tokens[0]), (str(tokens[1]),))

    def matches_one_of(self, tokens: Sequence[Token]) -> Expression:
        return Matches(str(tokens[0]), tuple(str(token) for token in tokens[2:]))

    def holds(self, tokens: Sequence[Token]) -> Expression:
        return Holds(str(tokens[0]))


def _start(token: Token) -> int:
    return token.start_pos or 0
