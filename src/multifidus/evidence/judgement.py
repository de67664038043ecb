"""
The file of judgements → ratings of certainty and of risk of bias.

`judgements.toml` comes with the package; whoever judges otherwise gives a file of their own in the
same form. Everything that is wrong with a file is told at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

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
from multifidus.evidence.fields import Fields
from multifidus.evidence.shipped import shipped_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.evidence.fields import Table

SHIPPED = "judgements.toml"


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
    return read_judgements(shipped_text(SHIPPED), file=SHIPPED)


def read_judgements(text: str, *, file: str) -> Judgements:
    """Read judgements; `EvidenceError` tells everything that is wrong with them."""
    reader = _Reader(file)
    read = reader.judgements(reader.parse(text))
    reader.finish()
    return read


class _Reader(Fields):
    """Reads a file of judgements."""

    author = ""
    on = date.min

    def judgements(self, told: Table) -> Judgements:
        self.only(told, "the file", ("author", "on", "common", "line", "bias"))
        self.author = self.words(told, "the file", "author")
        self.on = self.day(told.get("on"), "on")
        common = self.tables(told.get("common", {}), "common")
        lines = self.tables(told.get("line", {}), "line")
        return Judgements(
            author=self.author,
            on=self.on,
            lines={name: self.certainty(name, line, common) for name, line in lines.items()},
            bias=tuple(self.bias(each) for each in self.listed(told.get("bias", []), "bias")),
        )

    # Certainty

    def certainty(self, name: str, line: Table, common: Mapping[str, Table]) -> Certainty:
        where = f"line.{name}"
        self.only(line, where, ("like", "design", "judged"))
        like = line.get("like")
        shared: Table = {}
        if isinstance(like, str) and like in common:
            shared = common[like]
        elif like is not None:
            hint = f"one of: {', '.join(common)}" if common else "begin it with `[common.NAME]`"
            self.wrong(where, f"there is no `common.{like}`", hint)
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

    def judged(self, where: str, reason: Reason, told: Table | None) -> Judgement:
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

    def bias(self, told: Table) -> BiasRisk:
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

    def domains(self, where: str, tool: Tool, told: Mapping[str, Table]) -> Iterator[Domain]:
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
