"""A policy in other people's languages."""
