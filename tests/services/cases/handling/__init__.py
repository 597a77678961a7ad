"""What the case team and case workers do by hand."""
