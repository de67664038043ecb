"""
MedSpaCy's side of a comparison; runs with the Python of `build/medspacy`, and knows nothing of us.

`classes` reads lines of `{"text", "spans"}` and answers with how medSpaCy's ConText, with the rules
that it ships, means the finding at each span. `speed` reads `{"texts", "phrases"}` and answers with
how many texts a second its default pipeline reads. The first line of either tells the versions.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

# They are installed in an environment of their own: see `make validate`.
import medspacy  # type: ignore[import-not-found,unused-ignore]
from loguru import logger  # type: ignore[import-not-found,unused-ignore]
from medspacy.context import ConText  # type: ignore[import-not-found,unused-ignore]
from medspacy.ner import TargetRule  # type: ignore[import-not-found,unused-ignore]

GROUP = "findings"
ATTRIBUTES = {
    "other": "is_family",
    "hypothetical": "is_hypothetical",
    "negated": "is_negated",
    "possible": "is_uncertain",
    "historical": "is_historical",
}
"""Their attributes by our words, in the order in which the first one counts with us."""
ROUNDS = 3


def classes() -> None:
    """Tell how each finding is meant."""
    nlp = medspacy.load(medspacy_enable=["medspacy_tokenizer", "medspacy_pyrush"])
    context = ConText(nlp, input_span_type="group", span_group_name=GROUP)
    for line in sys.stdin:
        given = json.loads(line)
        doc = nlp(given["text"])
        spans = [
            doc.char_span(start, end, label="FINDING", alignment_mode="expand")
            for start, end in given["spans"]
        ]
        doc.spans[GROUP] = spans
        context(doc)
        print(json.dumps([_class(span) for span in spans]))


def _class(span: object) -> str:
    attributes = span._  # type: ignore[attr-defined]  # where spaCy keeps what is added
    return next((word for word, name in ATTRIBUTES.items() if getattr(attributes, name)), "present")


def speed() -> None:
    """Measure the default pipeline: sentences, targets, context."""
    given = json.load(sys.stdin)
    nlp = medspacy.load()
    matcher = nlp.get_pipe("medspacy_target_matcher")
    matcher.add([TargetRule(phrase, "FINDING") for phrase in given["phrases"]])
    nlp(given["texts"][0])
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for text in given["texts"]:
            nlp(text)
        seconds.append(time.process_time() - start)
    print(json.dumps(len(given["texts"]) / min(seconds)))


if __name__ == "__main__":
    # PyRuSH tells its every step to a log, which would be most of the time measured.
    logger.remove()
    print(json.dumps({name: version(name) for name in ("medspacy", "spacy", "PyRuSH", "numpy")}))
    {"classes": classes, "speed": speed}[sys.argv[1]]()
