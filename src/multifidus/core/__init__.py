"""The pure center: what policies, cases and determinations are. No input, no output, no clock."""
