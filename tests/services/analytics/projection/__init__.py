"""What analytics keeps of the feeds."""
