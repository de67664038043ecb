"""
A policy and its dictionary → one CQL 1.5 library on FHIR R4 4.0.1, which includes no other.

Value sets stand inside as lists of codes, each with the days on which it was valid: CQL's own
`valueset` asks a service for its members, which an engine does not have offline, and knows no
validity on the day of an entry and no code that stands for its descendants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.expression import Compare, leaves, notation
from multifidus.core.policy import ROOT
from multifidus.export.cql.criterion import UNKNOWN, define_criterion, write_test
from multifidus.export.cql.element import define_element
from multifidus.export.cql.gap import CannotSay, gap
from multifidus.export.cql.machinery import machinery, needed
from multifidus.export.cql.words import comment, define
from multifidus.export.said import Exported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Criterion, Policy
    from multifidus.core.quantity import Quantity
    from multifidus.errors import NotExpressible
    from multifidus.export.cql.element import Defined

FHIR_VERSION = "4.0.1"
ANSWER = "Answer"
"""The definition of the answer: `met`, `not met` or `more information`."""
SERVICE_DATE = "Service Date"
"""The day that every answer is for; without it nothing is known of the record."""

_ANSWER = f"""case
  when "{ROOT}" is true then 'met'
  when "{ROOT}" is false then 'not met'
  else 'more information'
end"""


def library_name(policy: Policy) -> str:
    """
    Name a policy's library: its id as CQL and FHIR take names, `Isass_2025`.

    Two policies never share one, for an id has no underscores.
    """
    words = policy.about.id.replace("-", "_")
    return words[:1].upper() + words[1:]


def cql(policy: Policy, dictionary: Dictionary) -> Exported[str]:
    """
    Write a policy as a library, and say what it cannot say.

    What CQL cannot say is exported as unknown, so that nothing is settled by its absence.
    """
    defined = {
        element: define_element(
            dictionary.elements[element], dictionary, tuple(_bounds(policy, element))
        )
        for element in policy.elements
    }
    gaps = list(_gaps_of_elements(policy, defined))
    criteria = [_criterion(policy, each, defined, gaps) for each in policy.criteria()]
    elements = [text for each in defined.values() for text in each.definitions]
    rest = machinery([each for each in defined.values() if not each.reason], dictionary)
    parts = [
        _head(policy, dictionary),
        define(ANSWER, _ANSWER),
        *criteria,
        *elements,
        *needed([*criteria, *elements], rest),
    ]
    return Exported(content="\n".join(parts), gaps=tuple(gaps))


def _head(policy: Policy, dictionary: Dictionary) -> str:
    about = policy.about
    said = comment(
        about.title,
        f"Policy {about.id} {about.version} of {about.body}, {about.status}.",
        f"In force {about.in_force}.",
        f"Text {about.digest}; dictionary {dictionary.name} {dictionary.version}.",
        "A finding about criteria, never a decision about care: a person decides.",
        "Every criterion is true, false, or null where the record does not say.",
        *policy.introductions,
    )
    return (
        f"{said}library {library_name(policy)} version '{about.version}'\n\n"
        f"using FHIR version '{FHIR_VERSION}'\n\n"
        # Said in full: of a parameter without a default, cql-execution gives something that is no
        # null where nobody sets it.
        f'parameter "{SERVICE_DATE}" Date default null\n\n'
        "context Patient\n"
    )


def _bounds(policy: Policy, element: str) -> Iterator[Quantity]:
    for criterion in policy.criteria():
        for leaf in leaves(criterion.test):
            if isinstance(leaf, Compare) and leaf.element == element:
                yield leaf.bound


def _gaps_of_elements(policy: Policy, defined: Mapping[str, Defined]) -> Iterator[NotExpressible]:
    for element, each in defined.items():
        if each.reason:
            asking = [one.id for one in policy.criteria() if element in one.elements]
            yield gap(policy.about.id, asking, element, each.reason)


def _criterion(
    policy: Policy, criterion: Criterion, defined: Mapping[str, Defined], gaps: list[NotExpressible]
) -> str:
    if policy.about.stance.is_without_position:
        # A text that does not name the service, or that nobody read, says neither yes nor no.
        return define_criterion(criterion, UNKNOWN)
    try:
        return define_criterion(criterion, write_test(criterion.test, defined))
    except CannotSay as cannot:
        said = notation(criterion.test)
        gaps.append(gap(policy.about.id, [criterion.id], said, str(cannot)))
        return define_criterion(criterion, UNKNOWN)
