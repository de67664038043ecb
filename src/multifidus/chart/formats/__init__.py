"""What a file is turned into: text that knows its places, of notes, PDF and attached documents."""
