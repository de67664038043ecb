"""A document's text → what it mentions: words, phrases, headings, contexts, and what they link."""
