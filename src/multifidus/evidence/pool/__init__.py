"""What several studies say together: a pooled effect, how much effects differ, and its doubts."""

from multifidus.evidence.pool.heterogeneity import Method
from multifidus.evidence.pool.pooled import Approach, Pooled, Prediction, pool, pool_many

__all__ = ["Approach", "Method", "Pooled", "Prediction", "pool", "pool_many"]
