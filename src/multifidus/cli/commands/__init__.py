"""The commands, a module per family: their arguments, and what runs."""
