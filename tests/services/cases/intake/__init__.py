"""What case systems send."""
