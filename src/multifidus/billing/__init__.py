"""The codes of a request: valid on the day, fit for each other and for the device."""
