"""A small sound policy, its sources, dictionary and worked cases, and small edits of them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from multifidus.errors import DictionaryError
from multifidus.language.check import check_policy
from multifidus.language.dictionary import read_dictionary
from multifidus.language.wording import read_lexicon

if TYPE_CHECKING:
    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.core.wording import Lexicon
    from multifidus.errors import Problem

POLICY = """\
---
policy: small
version: 1.0.0
status: draft
stance: criteria
body: Nobody
payer: [One payer, Another]
in_force: 2025-01-01 to open
source: made-up
dictionary: small
---

# A small policy

Words for people only.

Coverage criteria are met when **all of**

- **I** The [indications](#indications) are met.
- **X** There is [no contraindication](#contraindications).

## Indications

More words for people only.

The indications are met when **all of** [@made-up, page 1]

- **I1 Adult.** The patient is at least 18 years old.
  `age >= 18 years`
- **I2 Dysfunction** is shown by **any of** [@second, page 2]
  - **I2.1** The lift test is positive.
    `lift_test is positive`
  - **I2.2** Pain is more than 6 cm.
    `pain > 6 cm`

> **Reading of I1.** The source says adults; the trial took at least 22 years.
> Other reading: `age >= 22 years`. Not yet reviewed by a clinician.

## Contraindications

There is no contraindication when **none of** [@made-up, page 3]

- **X1** The patient is unfit.
  `unfit`

## Obligations

- **O1 Registry.** The implant is entered in a registry. [@made-up, page 4]
"""

EXCLUDED = """\
---
policy: none
version: 1.0.0
status: draft
stance: excluded
body: Nobody
in_force: 2025-01-01 to open
source: made-up
dictionary: small
---

# An excluding policy

**E1 Excluded.** The service is not covered. [@made-up, page 5] [@second, page 6]
"""

UNREAD = """\
---
policy: unread
version: 1.0.0
status: draft
kind: assessment
stance: unread
body: Nobody
plan: [One plan, Another]
lines_of_business: [commercial, medicare-advantage]
jurisdictions: [GB, US-NC]
in_force: 2025-01-01 to open
source: unseen
dictionary: small
---

# A policy that nobody has read

**U1 Not read.** What it says of the service was not read. [@unseen, whole document]
"""

UNREAD_SOURCES = """\
unseen:
  document: A document that nobody has read
  edition: not known
  read: not read
  reading: unverified
"""

SOURCES = """\
made-up:
  document: A document that nobody wrote
  edition: the first
  read: itself
  reading: verified
second:
  document: Another
  edition: the second
  read: a report
  reading: second-hand
"""

DICTIONARY = """\
version: 1.0.0
counts:
  Observation: status in [final] or absent
dates:
  Observation: [effective, issued]
service_date:
  - ServiceRequest gives since occurrence
elements:
  age:
    label: Age
    question: How old is the patient?
    answer: completed years
    from:
      - Patient gives since birthDate
    pick: span
    silence: unknown
    effort: record
    source: made up
  pain_duration:
    label: Duration
    question: How long has the pain lasted?
    answer: time
    from:
      - Condition where code in [pain] gives since at latest recordedDate
    pick: earliest
    silence: unknown
    effort: record
    source: made up
  lift_test:
    label: Lift test
    question: How did the lift test come out?
    answer: positive | negative
    from:
      - Observation where code is own and interpretation in [pain] gives positive
      - Observation where code is own gives value
    pick: latest, at most 3 months before the service
    window_because: the project's choice
    silence: unknown
    effort: visit
    source: made up
  pain:
    label: Pain
    question: How strong is the pain?
    answer: cm, 0 to 10
    from:
      - Observation where code in [pain] gives value
      - Observation where code in [pain] gives nothing because the scale is not stated
    units: [cm]
    pick: latest
    silence: unknown
    effort: visit
    source: made up
  tries:
    label: Tries
    question: How many medicines were tried?
    answer: times, 0 to 100
    from:
      - Procedure where code in [pain] gives one
    units: [none]
    pick: count
    silence: unknown
    effort: record
    source: made up
  unfit:
    label: Unfit
    question: Is the patient unfit for the operation?
    answer: yes or no
    from:
      - Condition where code in [pain] gives yes
    pick: any
    silence: no because nobody writes down that a patient is fit
    effort: record
    source: made up
  history_recorded:
    label: History
    question: Is the history on record?
    answer: yes or no
    from:
      - Condition where code is own gives yes
    pick: any
    silence: unknown
    effort: record
    source: made up
"""

VALUE_SET = """\
version: 1.0.0
origin: made up
systems:
  made: https://example.org/made
codes:
  - system: made
    code: A1
    label: Pain
    valid: 2024-10-01 to open
    descendants: yes
  - system: own
    code: pain
    label: Our pain
"""

LEXICON = """\
version: 1.0.0
context:
  before:
    negated: [no, no evidence of]
    possible: [likely]
  after:
    negated: [not seen]
    possible: [is|was likely]
  headings:
    other: [family history]
  plans:
    before: [plan for]
  no_triggers: [no change]
  ends: [but]
  affirms: [noted]
  bounds: [over]
  other_tests: [slump]
groups:
  weak:
    - no power
    - gives way
elements:
  age:
    alone:
      time:
        - "#time old"
        - "# y / o"
    settles: because an age leaves nothing to interpret
  pain_duration:
    names: [back pain, follow-up pain]
    reads:
      time: ["for about? #time"]
      since: ["since #date"]
    reaches_next: "yes"
    confirm: because it may be of another episode
  lift_test:
    names: [lift test]
    says:
      positive: [<weak>, pos]
      negative: [neg, holds * well]
    bare: the result is not told
    negated: {positive: negative}
    unless: [knee]
    past_counts: "yes"
    confirm: because the side is not told
  pain:
    names: [pain]
    reads:
      cm: ["# / 10 cm?"]
      mm: ["# mm"]
    unclear:
      the scale is not stated: ["#"]
    beside: lift_test is positive
    settles: because a number with its scale leaves nothing to interpret
  unfit:
    alone:
      "yes": [unfit for surgery]
      "no": [fit|cleared for surgery]
    needs: [surgery]
    passes: "yes"
    confirm: because fitness is a judgement
"""

CASES = """\
# Worked cases

```case "typical"
age 52 years; lift_test positive
unfit no
=> met
```

```case "unfit"
like "typical" without unfit
unfit yes
=> not met: X1
```
"""


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Replace words that stand exactly once in a text."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def dictionary_problems(
    text: str, value_set: str = VALUE_SET
) -> tuple[Dictionary | None, tuple[Problem, ...]]:
    """Read a dictionary beside one value set, with everything that is wrong."""
    with TemporaryDirectory() as name:
        path = Path(name) / "small.yaml"
        path.write_text(text, encoding="utf-8")
        (path.parent / "value-sets").mkdir()
        (path.parent / "value-sets" / "pain.yaml").write_text(value_set, encoding="utf-8")
        try:
            return read_dictionary(path), ()
        except DictionaryError as error:
            return None, error.problems


def lexicon_problems(text: str = LEXICON) -> tuple[Lexicon | None, tuple[Problem, ...]]:
    """Read a lexicon of the small dictionary, with everything that is wrong."""
    with TemporaryDirectory() as name:
        path = Path(name) / "wording" / "small.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        try:
            return read_lexicon(path, SMALL), ()
        except DictionaryError as error:
            return None, error.problems


def small_dictionary() -> Dictionary:
    """Give the small dictionary."""
    dictionary, problems = dictionary_problems(DICTIONARY)
    assert () == problems
    assert dictionary is not None
    return dictionary


SMALL = small_dictionary()


def checked(
    text: str = POLICY, *, sources: str = SOURCES, cases: str | None = None
) -> tuple[Policy | None, tuple[Problem, ...]]:
    """Check a policy over the small dictionary."""
    return check_policy(text, sources_text=sources, dictionaries={"small": SMALL}, cases_text=cases)


def messages(text: str, *, sources: str = SOURCES, cases: str | None = None) -> list[str]:
    """List the messages of a check, without hints."""
    _, problems = checked(text, sources=sources, cases=cases)
    return [each.message for each in problems]
