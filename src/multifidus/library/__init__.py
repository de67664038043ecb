"""The shelf of policies: which there are, and which is in force on a day."""
