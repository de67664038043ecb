"""The dictionary's rules, asked of resources: what each says, settled and weighed to one fact."""
