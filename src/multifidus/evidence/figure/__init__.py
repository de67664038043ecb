"""Figures of evidence: plain rows in, an SVG with its words in it out; knows nothing of files."""
