"""Text to policy and back: the notation, the dictionary, worked cases, sources, static checks."""
