"""What a person sends, answers and argues with: composed from a determination, page by page."""
