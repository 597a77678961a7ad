"""What analytics keeps of the other services' feeds; it can be made again from nothing."""
