"""The clock of rounds."""
