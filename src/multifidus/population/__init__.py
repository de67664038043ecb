"""Made-up populations, as large as one likes, with what is true of each person."""
