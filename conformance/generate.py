"""
Write the conformance suite anew: `python -m conformance.generate`.

The same policies give the same bytes. Expected values are the oracle's; where a case also says by
hand what it must come to, the two must agree.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import shelved, written
from conformance.notation import facts_of, markdown
from conformance.oracle import ANSWERS, ROOT, WORDS, expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.policy import Policy

Json = dict[str, Any]

FOLDER = Path(__file__).parent


def files() -> dict[str, bytes]:
    """Give every file of the suite by its name."""
    suites = [*_written(), *_shipped()]
    return {f"{name}.json": _bytes(suite) for name, suite in suites}


def _bytes(suite: Json) -> bytes:
    return (json.dumps(suite, indent=1, ensure_ascii=False) + "\n").encode()


def _written() -> Iterator[tuple[str, Json]]:
    for suite in written.suites():
        text = markdown(f"conformance-{suite.name}", suite.title, suite.root, stance=suite.stance)
        policy = {
            "id": f"conformance-{suite.name}",
            "version": "1.0.0",
            "stance": suite.stance,
            "markdown": text,
            "root": suite.root,
        }
        cases = []
        for each in suite.cases:
            case = {
                "name": each.name,
                "tags": list(each.tags),
                "service_date": each.on,
                "facts": facts_of(each.facts),
            }
            case = _with_expected(case, policy, dict(suite.elements))
            _agree_by_hand(case, dict(each.by_hand))
            cases.append(case)
        yield suite.name, _file(suite.title, suite.about, dict(suite.elements), policy, cases)


def _shipped() -> Iterator[tuple[str, Json]]:
    for each in shelved.policies():
        elements = {name: shelved.element(each.dictionary.elements[name]) for name in each.elements}
        policy = {
            "id": each.about.id,
            "version": each.about.version,
            "stance": each.about.stance.value,
            "digest": each.about.digest,
            "root": shelved.tree(each.root),
        }
        cases = [_with_expected(case, policy, elements) for case in shelved.cases(each)]
        for case in cases:
            case["tags"].append(f"policy:{each.about.id}@{each.about.version}")
        yield _name(each), _file(each.about.title, _about(each), elements, policy, cases)


def _name(policy: Policy) -> str:
    return f"policy-{policy.about.id}-{policy.about.version}"


def _about(policy: Policy) -> str:
    return (
        f"The shipped policy {policy.about.id}@{policy.about.version}, one element moved at a time."
    )


def _file(title: str, about: str, elements: Json, policy: Json, cases: list[Json]) -> Json:
    return {
        "$schema": "schema.json",
        "title": title,
        "about": about,
        "elements": elements,
        "policy": policy,
        "cases": cases,
    }


def _with_expected(case: Json, policy: Json, elements: Json) -> Json:
    return {**case, "expected": expected(policy["root"], policy["stance"], elements, case)}


def _agree_by_hand(case: Json, by_hand: Json) -> None:
    """Stop where the oracle and the author's own word differ."""
    for criterion, word in by_hand.items():
        told = case["expected"]["criteria"][criterion]
        if told != word:
            message = f"{case['name']}: by hand {criterion} is {word}, the oracle says {told}"
            raise ValueError(message)
    answer = ANSWERS[WORDS.index(case["expected"]["criteria"][ROOT])]
    if answer != case["expected"]["answer"]:
        message = f"{case['name']}: the answer is not that of the root"
        raise ValueError(message)


def main() -> None:
    """Write the files, and remove those that are no longer made."""
    made = files()
    for path in FOLDER.glob("*.json"):
        if path.name != "schema.json" and path.name not in made:
            path.unlink()
    for name, content in made.items():
        (FOLDER / name).write_bytes(content)
    cases = sum(len(json.loads(content)["cases"]) for content in made.values())
    print(f"{len(made)} files, {cases} cases")


if __name__ == "__main__":
    main()
