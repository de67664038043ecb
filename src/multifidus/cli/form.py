"""`multifidus questionnaire | answer`: a form that a record fills in, and a person completes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from multifidus.chart.answer import accepted, read_answer
from multifidus.chart.derive import QUESTIONNAIRE, Plan, derive
from multifidus.chart.filled import answers_in, complete, fill, links_of
from multifidus.cli.check import DICTIONARY, choose, only_chart, read, service_date
from multifidus.cli.confirm import save
from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines
from multifidus.cli.written import FOR_ALL, FOR_THE_OWNER, put
from multifidus.core.case import Fact, Service
from multifidus.core.determination import determine
from multifidus.core.element import COUNTED
from multifidus.errors import BundleError, Problem, RequestError
from multifidus.export.questionnaire import PrefillLanguage, questionnaire
from multifidus.export.resource import text_of
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from multifidus.chart.fhir import Resource
    from multifidus.cli.question import Question
    from multifidus.core.case import Case
    from multifidus.core.determination import Determination
    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.errors import NotExpressible

FORM, RESPONSE = "questionnaire.json", "response.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of it: a text for the person, what cannot be said, and notes."""

    text: str
    gaps: tuple[NotExpressible, ...] = ()
    notes: tuple[Problem, ...] = ()


# A form from a record


def write_form(
    question: Question, *, out: Path | None, language: PrefillLanguage, today: date
) -> Told:
    """Write a policy's form and a response that the record fills in; tell what is still asked."""
    if not question.names_a_policy:
        hint = "name a policy with --policy, or a payer with --payer"
        raise RequestError(Problem.at("questionnaire", "no policy is named", hint))
    with open_shelf(question.library) as shelf:
        plan = Plan(shelf.dictionaries[DICTIONARY])
        record = read(question, shelf, plan)
        chart = only_chart(record, question.records)
        day, _ = service_date(question, chart, today)
        (choice,) = choose(shelf, question, day)
        policy = shelf.read(choice.shelved)
    case = derive(plan, chart, Service(date=day))
    form = questionnaire(policy, language=language)
    on = min(today, day)
    response = _filled(form.content, policy, case, chart.patient, on)
    files = {FORM: form.content, RESPONSE: response}
    written = _write(out, files) if out else ()
    lines = [*written, *_told(policy, case, response)]
    return Told(text="\n".join(lines), gaps=form.gaps, notes=record.unread)


def _filled(form: Resource, policy: Policy, case: Case, patient: str, on: date) -> Resource:
    try:
        return fill(form, policy.dictionary, case, patient=patient, on=on)
    except ValueError as error:
        hint = "give the Patient an id, so that the answers can name it"
        raise RequestError(Problem.at("record", str(error), hint)) from None


def _write(out: Path, files: Mapping[str, Resource]) -> Iterator[str]:
    """Write the form, which is for all, and the response, which is for the owner alone."""
    response = (out / RESPONSE, text_of(files[RESPONSE]).encode())
    try:
        out.mkdir(parents=True, exist_ok=True)
        if response[0].exists() and response[0].read_bytes() != response[1]:
            hint = "choose another folder; somebody may have answered it, so it is not overwritten"
            raise RequestError(Problem.at(str(response[0]), "there is a response already", hint))
        put(out / FORM, text_of(files[FORM]).encode(), mode=FOR_ALL)
        put(*response, mode=FOR_THE_OWNER)
    except OSError as error:
        message = f"the folder cannot be written: {error.strerror}"
        hint = "name a folder that may be written with --out"
        raise RequestError(Problem.at(str(out), message, hint)) from None
    return iter([*(f"Written: {out / name}" for name in files), ""])


def _told(policy: Policy, case: Case, response: Resource) -> Iterator[str]:
    lines, about = Lines(), policy.about
    answered = answers_in(response)
    asked = [name for name in policy.elements if name in answered]
    count = f"{len(asked)} of {len(policy.elements)} questions"
    yield f"{about.id} {about.version}: {count} are filled in from the record."
    determination = determine(policy, case)
    yield from _still_asked(determination, policy.dictionary, lines)
    untold = [
        policy.dictionary.elements[name]
        for name in policy.elements
        if name not in answered and isinstance(case.entry(name), Fact)
    ]
    if untold:
        yield ""
        yield lines.paint("In the record, but no answer of a form says the same", "head")
        yield from (f"  {each.label}" for each in untold)


def _still_asked(
    determination: Determination, dictionary: Dictionary, lines: Lines
) -> Iterator[str]:
    yield ""
    if not determination.open:
        yield f"Nothing more is asked: {determination.answer.replace('-', ' ')}."
        return
    yield lines.paint("Still asked", "head")
    for each in determination.open:
        element = dictionary.elements[each.element]
        yield from lines.wrapped(f"{', '.join(each.criteria)}  {each.question}", "  ", hang="  ")
        takes = "entries in the record" if element.pick in COUNTED else accepted(element)
        yield from lines.wrapped(f"{each.element}= {takes}", "      ", hang="  ")


# Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A response, and what a person answers: each `ELEMENT=VALUE`."""

    response: Path
    answers: tuple[str, ...]
    by: str
    on: date
    out: Path | None = None


def answer(asked: Answering) -> Told:
    """Put a person's answers into a response and write it, completed, beside it."""
    response = _read_response(asked.response)
    dictionary = shipped().dictionaries[DICTIONARY]
    answers = _answers(asked, dictionary, [*links_of(response)])
    done = complete(response, answers, by=asked.by, on=asked.on)
    path = save(done, asked.response.parent, on=asked.on, out=asked.out)
    said = [f"  {dictionary.elements[name].label}" for name in answers]
    return Told(
        text="\n".join([f"Written: {path}", *said, f"  answered by {asked.by} on {asked.on}"])
    )


def _read_response(path: Path) -> Resource:
    hint = "give the response that `multifidus questionnaire --out DIR` wrote"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise BundleError(Problem.at(path.name, message, hint)) from None
    except ValueError:
        raise BundleError(Problem.at(path.name, "this is not JSON in UTF-8", hint)) from None
    kind = content.get("resourceType") if isinstance(content, dict) else None
    form = content.get("questionnaire") if isinstance(content, dict) else None
    if kind != "QuestionnaireResponse" or not str(form).startswith(QUESTIONNAIRE):
        message = "this is no QuestionnaireResponse to a form of ours"
        raise BundleError(Problem.at(path.name, message, hint))
    if content.get("status") != "in-progress":
        message = "the response is completed already"
        raise BundleError(Problem.at(path.name, message, hint))
    return dict(content)


def _answers(asked: Answering, dictionary: Dictionary, links: list[str]) -> Mapping[str, Resource]:
    """Read the answers; `RequestError` with all that is wrong with them, never with their words."""
    problems: list[Problem] = []
    if not asked.by.strip():
        problems.append(Problem.at("--by", "nobody is named", "name the person who answers"))
    found: dict[str, Resource] = {}
    for text in asked.answers:
        name, _, words = text.partition("=")
        element = dictionary.elements.get(name.strip())
        if element is None or name.strip() not in links:
            problems.append(_unknown(name.strip(), links))
            continue
        said, problem = read_answer(element, words, asked.on)
        if said is None:
            hint = f"{element.name}= takes {accepted(element)}"
            problems.append(Problem.at(element.name, problem, hint))
        elif found.setdefault(element.name, said) != said:
            hint = "give one answer to each element"
            problems.append(Problem.at(element.name, "it has two answers", hint))
    if problems:
        raise RequestError(*problems)
    return found


def _unknown(name: str, links: list[str]) -> Problem:
    if not name.replace("_", "").isalnum():
        # It may hold an answer: it is not repeated.
        hint = "write ELEMENT=VALUE"
        return Problem.at("answer", "this does not begin with the name of an element", hint)
    asked = [each for each in links if each.islower() and "." not in each]
    close = get_close_matches(name, asked, n=1)
    where = f"it asks {', '.join(asked)}"
    hint = f"did you mean `{close[0]}`? {where}" if close else where
    return Problem.at("answer", f"the form does not ask `{name}`", hint)
