"""Questions about policies, proved by a solver: can it be met, does it imply, do two differ."""
