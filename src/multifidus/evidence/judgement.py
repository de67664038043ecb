"""
The file of judgements → ratings of certainty and of risk of bias.

`judgements.toml` comes with the package; whoever judges otherwise gives a file of their own in the
same form. Everything that is wrong with a file is told at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from multifidus.errors import EvidenceError, Problem
from multifidus.evidence.certainty import (
    DOMAINS,
    MOST_STEPS,
    RISKS,
    BiasRisk,
    Certainty,
    Design,
    Domain,
    Judgement,
    Reason,
    Risk,
    Tool,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHIPPED = "judgements.toml"

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """What one author judged on one day: lines of evidence, and studies."""

    author: str
    on: date
    lines: Mapping[str, Certainty]
    bias: tuple[BiasRisk, ...]


@cache
def shipped_judgements() -> Judgements:
    """Read the project's own judgements."""
    text = (files("multifidus.evidence") / "data" / SHIPPED).read_text(encoding="utf-8")
    return read_judgements(text, file=SHIPPED)


def read_judgements(text: str, *, file: str) -> Judgements:
    """Read judgements; `EvidenceError` tells everything that is wrong with them."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = "see the file that comes with the package for the form"
        raise EvidenceError.at(file, f"this is no TOML: {error}", hint) from None
    reader = _Reader(file)
    read = reader.judgements(told)
    if reader.problems:
        raise EvidenceError(*reader.problems)
    return read


class _Reader:
    """Reads one file and gathers what is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.author = ""
        self.on = date.min

    def judgements(self, told: Mapping[str, object]) -> Judgements:
        self.only(told, "the file", ("author", "on", "common", "line", "bias"))
        self.author = self.words(told, "the file", "author")
        self.on = self.day(told.get("on"))
        common = self.tables(told.get("common", {}), "common")
        lines = self.tables(told.get("line", {}), "line")
        bias = told.get("bias", [])
        if not isinstance(bias, list):
            self.wrong("bias", "is no list of tables", "begin each study with `[[bias]]`")
            bias = []
        return Judgements(
            author=self.author,
            on=self.on,
            lines={name: self.certainty(name, line, common) for name, line in lines.items()},
            bias=tuple(self.bias(each) for each in bias if isinstance(each, Mapping)),
        )

    # Certainty

    def certainty(
        self, name: str, line: Mapping[str, object], common: Mapping[str, Mapping[str, object]]
    ) -> Certainty:
        where = f"line.{name}"
        self.only(line, where, ("like", "design", "judged"))
        like = line.get("like")
        shared: Mapping[str, object] = {}
        if isinstance(like, str) and like in common:
            shared = common[like]
        elif like is not None:
            self.wrong(where, f"there is no `common.{like}`", f"one of: {', '.join(common)}")
        whole = {**shared, **line}
        judged = {
            **self.tables(shared.get("judged", {}), f"common.{like}.judged"),
            **self.tables(line.get("judged", {}), f"{where}.judged"),
        }
        self.only(judged, where, tuple(Reason))
        return Certainty(
            design=self.word(whole.get("design"), f"{where}.design", Design),
            judgements=tuple(self.judged(where, each, judged.get(each)) for each in Reason),
            author=self.author,
            on=self.on,
        )

    def judged(self, where: str, reason: Reason, told: Mapping[str, object] | None) -> Judgement:
        place = f"{where}.judged.{reason}"
        if told is None:
            hint = "judge all eight; `steps = 0` says that it moves nothing, and `why` says why"
            self.wrong(where, f"`{reason}` is not judged", hint)
            told = {"steps": 0, "why": "-", "source": "-"}
        self.only(told, place, ("steps", "why", "source"))
        steps = told.get("steps")
        if not isinstance(steps, int) or not 0 <= steps <= MOST_STEPS:
            self.wrong(place, f"`steps` is {steps}", "0, 1 or 2 levels; the reason says which way")
            steps = 0
        return Judgement(
            reason=reason,
            steps=steps,
            rationale=self.words(told, place, "why"),
            source=self.words(told, place, "source"),
        )

    # Risk of bias

    def bias(self, told: Mapping[str, object]) -> BiasRisk:
        study = self.words(told, "bias", "study")
        where = f"bias of {study}"
        self.only(told, where, ("study", "result", "tool", "domains"))
        tool = self.word(told.get("tool"), f"{where}.tool", Tool)
        domains = self.tables(told.get("domains", {}), f"{where}.domains")
        self.only(domains, where, DOMAINS[tool])
        return BiasRisk(
            study=study,
            result=self.words(told, where, "result"),
            tool=tool,
            domains=tuple(self.domains(where, tool, domains)),
            author=self.author,
            on=self.on,
        )

    def domains(
        self, where: str, tool: Tool, told: Mapping[str, Mapping[str, object]]
    ) -> Iterator[Domain]:
        for name in DOMAINS[tool]:
            if name not in told:
                self.wrong(where, f"the domain `{name}` is not judged", f"{tool} asks for each")
                continue
            place = f"{where}.{name}"
            self.only(told[name], place, ("risk", "why", "source"))
            risk = self.word(told[name].get("risk"), f"{place}.risk", Risk, among=RISKS[tool])
            yield Domain(
                name=name,
                risk=risk,
                rationale=self.words(told[name], place, "why"),
                source=self.words(told[name], place, "source"),
            )

    # Words

    def wrong(self, where: str, message: str, hint: str) -> None:
        self.problems.append(Problem.at(f"{self.file}: {where}", message, hint))

    def only(self, told: Mapping[str, object], where: str, known: Iterable[str]) -> None:
        """Tell what nobody would read."""
        names = tuple(str(each) for each in known)
        for name in told:
            if name not in names:
                self.wrong(where, f"unknown name `{name}`", f"one of: {', '.join(names)}")

    def tables(self, told: object, where: str) -> dict[str, Mapping[str, object]]:
        if not isinstance(told, Mapping):
            self.wrong(where, "is no table", "see the file that comes with the package")
            return {}
        for name, each in told.items():
            if not isinstance(each, Mapping):
                self.wrong(f"{where}.{name}", "is no table", "give its fields below it")
        return {name: each for name, each in told.items() if isinstance(each, Mapping)}

    def words(self, told: Mapping[str, object], where: str, name: str) -> str:
        said = told.get(name)
        if isinstance(said, str) and said.strip():
            return said
        self.wrong(where, f"`{name}` is missing", "say it in words, in quotation marks")
        return ""

    def word(
        self, said: object, where: str, kind: type[Word], *, among: tuple[Word, ...] = ()
    ) -> Word:
        known = among or tuple(kind)
        found = [each for each in known if each == said]
        if not found:
            self.wrong(where, f"`{said}` is none of its words", f"one of: {', '.join(known)}")
        return found[0] if found else known[0]

    def day(self, said: object) -> date:
        if type(said) is date:
            return said
        self.wrong("on", "is no day", "write the day of the judgement, as 2026-11-28, unquoted")
        return date.min
