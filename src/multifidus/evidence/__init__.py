"""Study results → effects → pooled effects → certainty → figures, with their doubts."""
