"""One made-up policy of twelve criteria, by this project and by its peers, over the same persons."""
