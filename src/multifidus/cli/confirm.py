"""`multifidus confirm`: what was read from text and waits for a person → that person's answers."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import count
from typing import TYPE_CHECKING

from multifidus.chart.answer import (
    accepted,
    confirm,
    is_said,
    read_answer,
    respond,
    with_answers,
    with_words,
)
from multifidus.chart.derive import Plan, derive
from multifidus.cli.check import DICTIONARY, only_chart, read
from multifidus.cli.written import put_new
from multifidus.core.case import Absence, Basis, Fact, Reason, Service
from multifidus.core.element import COUNTED
from multifidus.core.quantity import Span
from multifidus.core.words import address_words, value_words
from multifidus.errors import Problem, RequestError
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from multifidus.chart.derive import Chart
    from multifidus.chart.fhir import Resource
    from multifidus.cli.question import Question
    from multifidus.core.case import Case
    from multifidus.core.element import DataElement, Dictionary

JSON = ".json"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NOT_WAITING: Mapping[Reason, str] = {
    Reason.IN_CONFLICT: "what the record says contradicts itself, so there is no one value",
    Reason.UNREADABLE: "what the record says of it cannot be read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a person confirms of a record; without elements and `everything`: what waits."""

    question: Question
    elements: tuple[str, ...] = ()
    """Each a name, or `name=answer`."""
    everything: bool = False
    by: str = ""
    on: date
    out: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of it: a text for the person, and notes for standard error."""

    text: str
    notes: tuple[Problem, ...] = ()


def confirm_or_list(asked: Confirmation) -> Told:
    """Write the answers of a person, or list what waits for them; nothing is written then."""
    work = _Work(asked)
    if not asked.elements and not asked.everything:
        return Told(text=work.listed(), notes=work.unread)
    return work.answered()


class _Work:
    """A record that was read, and what of it waits for confirmation."""

    def __init__(self, asked: Confirmation) -> None:
        self.asked = asked
        shelf = shipped()
        self.dictionary: Dictionary = shelf.dictionaries[DICTIONARY]
        self.plan = Plan(self.dictionary)
        record = read(asked.question, shelf, self.plan)
        self.unread = record.unread
        self.chart = only_chart(record, asked.question.records)
        said = self.chart.service_date()
        self.service = said[0] if said else asked.on
        self.case = self._case(self.chart)
        self.waiting = {
            name: entry
            for name, entry in self.case.entries.items()
            if isinstance(entry, Absence) and entry.reason is Reason.UNCONFIRMED
        }

    def _case(self, chart: Chart) -> Case:
        return derive(self.plan, chart, Service(date=self.service))

    # What waits

    def listed(self) -> str:
        """List what waits, each with its words, their address and the command that confirms it."""
        patient = self.chart.patient
        if not self.waiting:
            return f"{patient}: nothing that was read from text waits for confirmation."
        number = len(self.waiting)
        what = "1 finding waits" if number == 1 else f"{number} findings wait"
        lines = [f"{patient}: {what} for confirmation."]
        for name, entry in self.waiting.items():
            lines += ["", *self._waiting_words(name, entry)]
        if number > 1:
            lines += ["", "All of them", f"  {self._command('--all')}"]
        first = next(iter(self.waiting))
        lines += [
            "",
            "Where the words are wrong, give the answer instead",
            f"  --element {first}=ANSWER takes {accepted(self.dictionary.elements[first])}",
        ]
        return "\n".join(lines)

    def _waiting_words(self, name: str, entry: Absence) -> Iterator[str]:
        found = "" if entry.found is None else value_words(entry.found)
        yield f"{self.dictionary.elements[name].label}: {found}"
        for provenance in entry.provenance:
            yield f"  {address_words(provenance)}"
            if provenance.quote is not None:
                yield f"    “{' '.join(provenance.quote.words.split())}”"
        yield f"  to be confirmed because {entry.detail}"
        yield f"  {self._command('--element', name)}"

    def _command(self, *confirmed: str) -> str:
        by = shlex.join(["--by", self.asked.by]) if self.asked.by else "--by NAME"
        return f"{self._on_record('confirm')} {by} {shlex.join(confirmed)}"

    def _on_record(self, verb: str, *more: Path) -> str:
        """Write a command about the same record, read in the same way."""
        question = self.asked.question
        words = ["multifidus", verb, *map(str, (*question.records, *more))]
        if question.patient:
            words += ["--patient", question.patient]
        if question.document_date:
            words += ["--document-date", str(question.document_date)]
        if question.ocr:
            words.append("--ocr")
        return shlex.join(words)

    # Answers

    def answered(self) -> Told:
        """Write the answers, and tell what they are and what to do next."""
        asked = self.asked
        by = " ".join(asked.by.encode(errors="replace").decode().split())
        answers = self._answers(by)
        if not answers:
            return Told(text=self.listed(), notes=self.unread)
        response = self._response(answers, by)
        chart = with_answers(self.plan, self.chart, response)
        path = save(response, self._folder(), on=asked.on, out=asked.out)
        case = self._case(chart)
        more = () if self._is_read(path) else (path,)
        lines = [
            f"Written: {path}",
            *(f"  {each}" for each in self._answer_words(chart, response)),
            f"  answered by {by} on {asked.on}",
            "",
            "Next",
            f"  {self._on_record('check', *more)}",
        ]
        return Told(text="\n".join(lines), notes=(*self.unread, *self._notes(case, answers)))

    def _answers(self, by: str) -> dict[str, Resource]:
        """Make the answers that are asked for; `RequestError` with all that is wrong with them."""
        problems: list[Problem] = []
        answers: dict[str, Resource] = {}
        if not by:
            hint = "name the person who confirms it, as --by 'Dr. Q'"
            problems.append(Problem.at("--by", "nobody is named", hint))
        twice: dict[str, None] = {}
        for text in self.asked.elements:
            try:
                name, answer = self._answer(text)
            except _Wrong as wrong:
                problems.append(wrong.problem)
                continue
            if answers.setdefault(name, answer) != answer:
                twice[name] = None
        hint = "give one answer to each element"
        problems += [Problem.at(f"--element {name}", "it has two answers", hint) for name in twice]
        left = [name for name in self.waiting if name not in answers]
        for name in left if self.asked.everything else ():
            try:
                answers[name] = self._confirmed(name)
            except _Wrong as wrong:
                problems.append(wrong.problem)
        if problems:
            raise RequestError(*problems)
        return answers

    def _answer(self, text: str) -> tuple[str, Resource]:
        name, sign, words = text.partition("=")
        element = self._element(name.strip())
        if not sign:
            return element.name, self._confirmed(element.name)
        answer, problem = read_answer(element, words, self.asked.on)
        if answer is None:
            raise _Wrong(Problem.at(f"--element {element.name}", problem, _takes(element)))
        waiting = self.waiting.get(element.name)
        if waiting is not None and is_said(element, answer, waiting, self.asked.on):
            answer = with_words(answer, waiting)
        return element.name, answer

    def _element(self, name: str) -> DataElement:
        element = self.dictionary.elements.get(name)
        if element is not None:
            return element
        if not _NAME.fullmatch(name):
            # It may hold an answer: it is not repeated.
            hint = "write --element NAME or --element NAME=ANSWER"
            raise _Wrong(Problem.at("--element", "this is not the name of an element", hint))
        close = get_close_matches(name.replace("-", "_"), self.dictionary.elements, n=1)
        where = "`multifidus policy show ID` prints the elements that a policy asks about"
        hint = f"did you mean `{close[0]}`? {where}" if close else where
        raise _Wrong(Problem.at("--element", f"unknown element `{name}`", hint))

    def _confirmed(self, name: str) -> Resource:
        """Make the answer that confirms what the text says of an element."""
        element, entry = self.dictionary.elements[name], self.case.entry(name)
        where = f"--element {name}"
        if name not in self.waiting or not isinstance(entry, Absence):
            reason = None if isinstance(entry, Fact) else _NOT_WAITING.get(entry.reason)
            settled = "it is settled already" if isinstance(entry, Fact) else ""
            message = settled or reason or "no text says anything that could be confirmed"
            raise _Wrong(Problem.at(where, message, _takes(element)))
        if any(each.date and each.date.latest > self.asked.on for each in entry.provenance):
            hint = "give the day of the confirmation with --on"
            raise _Wrong(
                Problem.at(where, "its words are of a later day than the confirmation", hint)
            )
        answer = confirm(element, entry)
        if answer is None:
            message = "no answer can say the same as the text"
            raise _Wrong(Problem.at(where, message, _takes(element)))
        return answer

    def _response(self, answers: Mapping[str, Resource], by: str) -> Resource:
        try:
            return respond(
                self.dictionary, answers, patient=self.chart.patient, by=by, on=self.asked.on
            )
        except ValueError as error:
            hint = "give the Patient an id, so that the answers can name it"
            raise RequestError(Problem.at("record", str(error), hint)) from None

    def _answer_words(self, chart: Chart, response: Resource) -> Iterator[str]:
        name = f"QuestionnaireResponse/{response['id']}"
        for item in response["item"]:
            for each in chart.statements[item["linkId"]]:
                if each.resource == name and each.value is not None:
                    value = each.value
                    said = value.at(self.asked.on) if isinstance(value, Span) else value
                    yield f"{self.dictionary.elements[each.element].label}: {value_words(said)}"

    # What became of them

    def _notes(self, case: Case, answers: Mapping[str, Resource]) -> Iterator[Problem]:
        """Tell which answers settle nothing, and why."""
        if self.service < self.asked.on:
            message = "the record asks for a day of service before that of the answers"
            hint = (
                "what is answered after the service does not count for it; give the day of the"
                " confirmation with --on, or another day of service to `multifidus check`"
            )
            yield Problem.note("--on", message, hint)
            return
        for name in answers:
            entry = case.entry(name)
            if isinstance(entry, Absence):
                message = f"the answer does not settle it: {entry.reason.replace('-', ' ')}"
                yield Problem.note(name, message, "look at all that the record says of it")
            elif entry.basis is not Basis.ANSWER:
                message = "it rests on what is coded in the record"
                yield Problem.note(name, message, "look whether that agrees with the answer")

    # Where

    def _folder(self) -> Path:
        first = self.asked.question.records[0]
        return first if first.is_dir() else first.parent

    def _is_read(self, path: Path) -> bool:
        """Whether a file lies in a folder that the record is read from, and is not hidden there."""
        file = path.resolve()
        folders = [each.resolve() for each in self.asked.question.records if each.is_dir()]
        below = [file.relative_to(each) for each in folders if file.is_relative_to(each)]
        return any(not re.search(r"(^|/)\.", each.as_posix()) for each in below)


class _Wrong(Exception):  # noqa: N818  a problem on its way to the others
    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def _takes(element: DataElement) -> str:
    if element.pick in COUNTED:
        return "give the record the entries themselves"
    return f"--element {element.name}=ANSWER takes {accepted(element)}"


# Files


def save(response: Resource, folder: Path, *, on: date, out: Path | None) -> Path:
    """Write the answers under the name that is asked for, else under the next that is free."""
    text = json.dumps(response, indent=2, ensure_ascii=False) + "\n"
    if out is not None:
        if out.suffix.lower() != JSON:
            hint = f"choose one that ends in {JSON}, by which a folder's answers are known"
            raise RequestError(Problem.at("--out", "the name is not that of a JSON file", hint))
        if _is_saved(out, text):
            return out
        hint = "choose another name; answers are never overwritten"
        raise RequestError(Problem.at("--out", "there is a file of this name", hint))
    names = (f"answers-{on}{f'-{n}' if n > 1 else ''}{JSON}" for n in count(1))
    return next(path for path in (folder / name for name in names) if _is_saved(path, text))


def _is_saved(path: Path, text: str) -> bool:
    try:
        return put_new(path, text.encode())
    except OSError as error:
        hint = "check the folder and its permissions, or choose another place with --out"
        problem = Problem.at(path.name, f"the file cannot be written: {error.strerror}", hint)
        raise RequestError(problem) from None
