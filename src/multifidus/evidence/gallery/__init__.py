"""The figures of the evidence at hand: which rows stand in which figure, and with which doubts."""
