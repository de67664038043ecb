"""
Policy to canonical Markdown; read and write undo each other.

One line an item and one line a test, so that a difference shows a changed sentence or a changed
test and nothing else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.core.expression import connective, notation
from multifidus.core.policy import Criterion, Kind, Stance
from multifidus.language.located import read_yaml
from multifidus.language.read import anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multifidus.core.citation import Citation
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Obligation, Policy, Reading

INDENT = "  "
_AFTER_A_TITLE = ("", " ", ",", ";", ":", ".")


def write_policy(policy: Policy) -> str:
    """Write a policy as Markdown, front matter first."""
    blocks = [_front_matter(policy), f"# {policy.about.title}", *policy.prose]
    if policy.about.stance is Stance.CRITERIA:
        blocks += [
            _lead(policy.root.sentence, policy.root.test, policy.root.lead_cited),
            _list(policy.root),
        ]
    else:
        blocks += [_join(_head(clause), _cited(clause.cited)) for clause in policy.root.parts]
    blocks += _readings(policy.root)
    for criterion in policy.criteria():
        if criterion.section:
            blocks += [f"## {criterion.section}", *criterion.prose]
            blocks += [
                _lead(criterion.lead, criterion.test, criterion.lead_cited),
                _list(criterion),
            ]
            blocks += _readings(criterion)
    if policy.obligations:
        blocks += ["## Obligations", "\n".join(_obligation(each) for each in policy.obligations)]
    return "\n\n".join(blocks) + "\n"


def _front_matter(policy: Policy) -> str:
    about, scope = policy.about, policy.scope
    fields = {
        "policy": _yaml(about.id),
        "version": _yaml(about.version),
        "status": about.status,
        "kind": "" if about.kind is Kind.COVERAGE else about.kind,
        "stance": about.stance,
        "body": _yaml(about.body),
        "payer": _yaml_list(scope.payers),
        "plan": _yaml_list(scope.plans),
        "lines_of_business": _yaml_list(scope.lines_of_business),
        "jurisdictions": _yaml_list(scope.jurisdictions),
        "in_force": str(about.in_force),
        "replaces": policy.replaces,
        "source": _yaml(policy.source),
        "dictionary": _yaml(policy.dictionary.name),
    }
    return "\n".join(
        ["---", *(f"{name}: {words}" for name, words in fields.items() if words), "---"]
    )


def _yaml_list(items: Iterable[str]) -> str:
    words = ", ".join(map(_yaml, items))
    return f"[{words}]" if words else ""


def _yaml(words: str) -> str:
    """Write words as YAML, in quotes where they would be read as something else."""
    located, problems = read_yaml(f"[{words}]", file="")
    if not problems and [each.content for each in located.items] == [words]:
        return words
    return json.dumps(words)


def _list(group: Criterion) -> str:
    return "\n".join(line for part in group.parts for line in _item(part, ""))


def _item(criterion: Criterion, indent: str) -> Iterator[str]:
    below = indent + INDENT
    if criterion.is_group and not criterion.section:
        head = _bold_connective(_head(criterion), criterion.test)
        yield f"{indent}- {_join(head, _cited(criterion.cited))}"
        for part in criterion.parts:
            yield from _item(part, below)
        return
    yield f"{indent}- {_join(_head(criterion), _cited(criterion.cited))}"
    if not criterion.section:
        yield f"{below}`{notation(criterion.test)}`"


def _head(criterion: Criterion | Obligation) -> str:
    sentence = criterion.sentence
    title = criterion.title
    rest = sentence.removeprefix(title)
    # The title begins the sentence only where a word ends with it.
    is_begun = bool(title) and sentence.startswith(title) and rest[:1] in _AFTER_A_TITLE
    if is_begun:
        bold = f"**{criterion.id} {title}**"
    else:
        bold = f"**{criterion.id} {title}.**" if title else f"**{criterion.id}**"
        rest = f" {sentence}" if sentence else ""
    if isinstance(criterion, Criterion) and criterion.link:
        rest = rest.replace(criterion.link, f"[{criterion.link}](#{anchor(criterion.section)})", 1)
    return bold + rest


def _lead(sentence: str, test: Expression, cited: Iterable[Citation]) -> str:
    return _join(_bold_connective(sentence, test), _cited(cited))


def _bold_connective(sentence: str, test: Expression) -> str:
    words = connective(test)
    return _join(sentence.removesuffix(words).strip(), f"**{words}**")


def _cited(citations: Iterable[Citation]) -> str:
    return " ".join(
        f"[@{each.source}, {each.place}]" if each.place else f"[@{each.source}]"
        for each in citations
    )


def _readings(group: Criterion) -> list[str]:
    return [_reading(reading) for criterion in _in_section(group) for reading in criterion.readings]


def _in_section(group: Criterion) -> Iterator[Criterion]:
    """Visit the criteria whose items stand in one list with this group."""
    yield group
    for part in group.parts:
        if part.section:
            continue
        yield from _in_section(part)


def _reading(reading: Reading) -> str:
    return (
        f"> **Reading of {reading.criterion}.** {reading.decided}\n"
        f"> Other reading: `{notation(reading.other)}`. {reading.review}"
    )


def _obligation(obligation: Obligation) -> str:
    return f"- {_join(_head(obligation), _cited(obligation.citations))}"


def _join(*words: str) -> str:
    return " ".join(word for word in words if word)
