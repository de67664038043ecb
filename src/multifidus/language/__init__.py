"""Text to policy and back: the Markdown notation, the dictionary, worked cases, sources, static checks."""
