"""The conformance suite: facts in, truth per criterion out, in JSON that any engine can run."""
