"""Study results, their effects, pooled effects, certainty and figures."""
