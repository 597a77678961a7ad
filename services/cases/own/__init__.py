"""What a caller is and has a part in."""
