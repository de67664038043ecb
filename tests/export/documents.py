"""Policies as documents: the small policy of the room `language`, and what a browser would read."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from multifidus.core.determination import determine
from multifidus.export.document.compose import document_of
from multifidus.export.document.material import Example, Marked, Material
from multifidus.export.document.web import web_page
from multifidus.language.cases import read_cases
from multifidus.language.read import read_policy
from tests.language import small

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

# lxml belongs to the room `chart` and has no types of its own.
html: Any = import_module("lxml.html")


@dataclass(frozen=True)
class Page:
    """A page, as a browser would read it."""

    tree: Any

    def words(self, path: str) -> list[str]:
        """Give the words at some place, with single blanks."""
        return [" ".join(each.text_content().split()) for each in self.tree.xpath(path)]

    def said_at(self, anchor: str) -> str:
        """Give the first line of what an anchor leads to."""
        return self.words(f"//*[@id='{anchor}']/p")[0]


def policy_of(text: str = small.POLICY, sources: str = small.SOURCES) -> Policy:
    """Read a policy over the small dictionary."""
    return read_policy(
        text.encode(), sources=sources.encode(), dictionaries={"small": small.SMALL}, file="p.md"
    )


def examples(text: str = small.CASES) -> tuple[Example, ...]:
    """Read worked cases."""
    cases, problems = read_cases(text, dictionary=small.SMALL, file="cases.md")
    assert () == problems
    return tuple(Example(name=each.name, case=each.case) for each in cases)


def case_of(facts: str) -> Case:
    """Make the case of some facts."""
    (example,) = examples(f'```case "one"\n{facts}\n=> met\n```\n')
    return example.case


def marked_by(policy: Policy, case: Case) -> Marked:
    """Put a case to a policy."""
    return Marked(
        determination=determine(policy, case), patient="Patient/p1", date_origin="as asked"
    )


def shown(material: Material) -> Page:
    """Write the page and read it."""
    return Page(html.document_fromstring(web_page(document_of(material))))
