"""What the data of a population come as, each read into the same facts table."""
