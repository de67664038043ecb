"""The dictionary's rules in SQL: resources → statements → the facts table, of many at once."""
