"""
The boxes and answers of a form: which of its words are said, and which nobody has chosen.

What stands beside a box that is not ticked is not said: missing is not no, nor yes. Where the
boxes stand in columns, the head of the column tells what a tick says; without a head a row says
nothing, because the boxes are not told apart. Of `Y N` neither is said unless one is ringed.
"""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

UNSAID = "\0"
"""Stands for a word beside a box that nobody has ticked."""
LEAD, YES, NO = ":", "yes", "no"
LEADER = "...."
"""So many dots in a row lead the eye to an answer."""

_TICKED = r"\[[xX\u2713\u2714]\]|\([xX]\)|[\u2611\u2612]"
_LINED = r"(?<!\w)_+[xX\u2713]_+(?!\w)"
"""A tick on a line, as beside one that is empty: `___   _x_`."""
_BOX = re.compile(
    r"\[[ \t_]?\]|\( \)|[\u2610\u25a1\u25fb\u2b1c](?=\s?\w)"
    rf"|(?P<ticked>{_TICKED})"
)
_CELL = re.compile(
    r"\[[ \t_]?\]|\( \)|[\u2610\u25a1\u25fb\u2b1c]|(?<!\S)_{2,}(?!\S)"
    rf"|(?P<ticked>{_TICKED}|{_LINED})"
)
# What a box begins with, and less strict: most texts have none, and are searched faster.
_MAY_TICK = re.compile(
    r"[\[(\u2610-\u2612\u25a1\u25fb\u2b1c](?:(?<![\[(])|[ \t_xX\u2713\u2714]?[\])])"
    r"|_[xX\u2713]_"
)
_APART = re.compile(r"(?<=\S) {3,}")
GAP = "   "
"""So many blanks set the parts of a line apart."""
_TWO_BOXES = 3
"""So few characters stand between two boxes that share one item: columns, whose heads are not
beside them."""
# One letter or word of the two may be ringed: `Y (N)`.
_CHOICE = re.compile(
    r"(?<![\w\])])(?P<yes>[(\[<]?)(?:Y|YES|Yes|yes)[)\]>]?[ \t]*(?:/[ \t]*)?"
    r"(?P<no>[(\[<]?)(?:N|NO|No|no)(?:[)\]>]|(?!\w))(?=[ \t]*(?:$|[,;|.)])|[ \t]{2,})",
    re.MULTILINE,
)
# The same from its first letter on, and less strict: most texts have none, and are searched faster.
_MAY_CHOOSE = re.compile(r"[Yy](?<!\w.)(?:ES|es)?[)\]>]?[ \t]*(?:/[ \t]*)?[(\[<]?[Nn]")
_HEADS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("yes no", "y n"), (YES, NO)),
    **dict.fromkeys(("no yes", "n y"), (NO, YES)),
    **dict.fromkeys(("pos neg", "positive negative", "+ -"), ("positive", "negative")),
    **dict.fromkeys(("neg pos", "negative positive", "- +"), ("negative", "positive")),
}
"""What a tick in each of two columns says, by the words at the end of the line above them."""
_REMARKS = frozenset(("comment", "comments", "note", "notes", "remark", "remarks", "details"))
"""The head of a third column, behind the two."""
_SAYS = {"yes": YES, "y": YES, "no": NO, "n": NO}
_EDGES = " |\t\r\n"
_SEPARATORS = re.compile(r"[\s|/]+")
_YES_NO = re.compile(
    r"(?m)(?:^|\S) {3,}(Y|YES|Yes|N|NO|No)(?: {2,}|\t+)(N|NO|No|Y|YES|Yes)"
    r"(?:[ \t]*$| {2,}(?i:comments?|notes?|remarks|details?|explain|if yes)\b)"
)
# A comment may stand behind a cross.
_CROSS = re.compile(r"\S {3,}([xX\u2713\u2714])(?:[ \t]*$|(?P<comment> {2,})(?=\S))")
_ITEM = re.compile(r"[ \t]*[A-Za-z][A-Za-z /()'-]{2,50}\s*")
_NAMED = re.compile(r"[ \t]?(?:yes|no|y|n)\b", re.IGNORECASE)
_A_PAIR = 2
_PART = re.compile(r"[\n;|,]| {3,}(?=\S)")
LONGEST_PART = 80
"""So many characters before a choice are looked at for the beginning of its question."""


class Reread(NamedTuple):
    """A stretch of a text, and the words that stand in it instead of its own; then nothing."""

    start: int
    end: int
    words: Sequence[str] = ()


def reread(text: str) -> Iterator[Reread]:
    """Find the stretches of a text that a form does not say, or says by a tick or a ring."""
    if _MAY_TICK.search(text):
        rows, labelled = list(_rows(text)), list(_labelled(text))
        told = {each.start for each in rows} | {box for box, _ in labelled}
        yield from _unticked(text, frozenset(told))
        yield from rows
        yield from (each for _, each in labelled if each is not None)
    if GAP in text:
        yield from _crossed(text)
    if _MAY_CHOOSE.search(text):
        yield from _choices(text)


def _unticked(text: str, rows: frozenset[int]) -> Iterator[Reread]:
    """Find what stands beside boxes that are not ticked, up to the next box or the line's end."""
    boxes = list(_BOX.finditer(text))
    line_end = done = 0
    for box, following in zip_longest(boxes, boxes[1:]):
        if line_end < box.end():
            line_end = _line_end(text, box.end())
        end = line_end
        is_shared = False
        if following is not None and following.start() < end:
            end = following.start()
            is_shared = end - box.end() < _TWO_BOXES
        if box.start() in rows:
            done = line_end  # Its row tells what is said.
        elif is_shared:
            # Of many boxes in one line the first takes them all.
            if line_end > done:
                yield Reread(box.start(), line_end)
            done = line_end
        elif not box["ticked"] and box.start() >= done:
            # Blanks set the parts of a form apart.
            apart = _APART.search(text, box.end(), end)
            yield Reread(box.start(), apart.start() if apart else end)


def _line_end(text: str, start: int) -> int:
    at = text.find("\n", start)
    return len(text) if at < 0 else at


def _rows(text: str) -> Iterator[Reread]:
    """Find the rows whose boxes stand below heads, and those whose heads nobody knows."""
    heads: Sequence[str] = ()
    start = 0
    for line in text.splitlines(keepends=True):
        last = _SEPARATORS.sub(" ", line[-LONGEST_PART:]).lower().split()
        if last and last[-1] in _REMARKS:
            last.pop()
        if (found := _HEADS.get(" ".join(last[-2:]))) is not None:
            heads = found
        else:
            yield from _row(line, start, heads)
        start += len(line)


def _crossed(text: str) -> Iterator[Reread]:
    """Find the rows below `Y   N` with a cross below one of the two, and those without one."""
    if not _YES_NO.search(text):
        return
    start = 0
    heads: Mapping[int, str] = {}
    said: list[Reread] = []
    unsaid: list[Reread] = []
    for line in [*text.splitlines(keepends=True), ""]:
        found, cross = _YES_NO.search(line), _CROSS.search(line)
        if found is not None or not line.strip():
            # A row without a cross is not answered, where others have one.
            yield from (*said, *unsaid) if said else ()
            said, unsaid = [], []
            heads = (
                {found.start(each): _SAYS[found[each].lower()] for each in (1, 2)} if found else {}
            )
        elif heads and cross is not None:
            head = min(heads, key=lambda at: abs(at - cross.start(1)))
            said.append(Reread(start + cross.start(1), start + cross.end(1), (heads[head],)))
        elif heads and _ITEM.fullmatch(line):
            unsaid.append(Reread(start, start + len(line)))
        start += len(line)


def _row(line: str, start: int, heads: Sequence[str]) -> Iterator[Reread]:
    cells = list(islice(_CELL.finditer(line), _A_PAIR + 1))
    if len(cells) != _A_PAIR or _SEPARATORS.sub("", line[cells[0].end() : cells[1].start()]):
        return
    before = line[: cells[0].start()].strip(_EDGES)
    rest = line[cells[1].end() :].strip(_EDGES)
    said = [head for head, cell in zip(heads, cells, strict=False) if cell["ticked"]]
    first, end = start + cells[0].start(), start + cells[1].end()
    if before and _NAMED.match(line, cells[1].end()):
        return
    if len(said) != 1:
        # Nobody knows what is meant.
        if heads or (before and not rest):
            yield Reread(start, end if before else start + len(line))
    elif before:
        lead = () if before.endswith(LEADER) else (LEAD,)
        yield Reread(first, end, (*lead, *said))
    else:
        # `[ ] [x] Pump`, below `Yes` and `No`
        yield Reread(first, end, said if said == [NO] else ())


def _labelled(text: str) -> Iterator[tuple[int, Reread | None]]:
    """Find boxes that stand behind their labels, each with what its label comes to say."""
    start = 0
    for line in text.splitlines(keepends=True):
        boxes = list(_BOX.finditer(line))
        rest = line[boxes[-1].end() :].rstrip(_EDGES + ".,;") if boxes else ""
        # Behind a gap a form may go on: `Yes [ ] No [x]   If yes, describe:`
        if len(boxes) >= _A_PAIR and (not rest or rest.startswith(GAP)):
            ends = [0, *(box.end() for box in boxes)]
            labels = [_label(line, end, box.start()) for end, box in zip(ends, boxes, strict=False)]
            if all(any(map(str.isalnum, line[slice(*each)])) for each in labels):
                for (first, end), box in zip(labels, boxes, strict=True):
                    said = _SAYS.get(line[first:end].strip(_EDGES).lower(), "")
                    stretch = start + first, start + box.end()
                    if not box["ticked"]:
                        yield start + box.start(), Reread(*stretch)
                    else:
                        told = Reread(*stretch, (LEAD, said)) if said else None
                        yield start + box.start(), told
        start += len(line)


def _label(line: str, first: int, end: int) -> tuple[int, int]:
    """Give the place of the label before a box: behind a colon, a question mark or a gap."""
    first = max(first, line.rfind(":", first, end) + 1, line.rfind("?", first, end) + 1)
    gap = line[first:end].rstrip().rfind(GAP)
    first += gap + len(GAP) if gap >= 0 else 0
    return end - len(line[first:end].lstrip(_EDGES + ",;")), end


def _choices(text: str) -> Iterator[Reread]:
    """Find `Y N`; what is asked is not said, unless one of the two is ringed."""
    done = 0
    for found in _CHOICE.finditer(text):
        if bool(found["yes"]) == bool(found["no"]):
            first = max(done, found.start() - LONGEST_PART)
            for part in _PART.finditer(text, first, found.start()):
                # The blanks before the choice itself begin no part.
                first = part.end() if part.end() < found.start() else first
            yield Reread(first, found.end())
        else:
            yield Reread(found.start(), found.end(), (LEAD, YES if found["yes"] else NO))
        done = found.end()
