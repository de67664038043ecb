"""Speed, memory and growth, as ratios against the floor and a named peer, in one run."""
