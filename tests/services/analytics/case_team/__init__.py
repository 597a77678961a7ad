"""What a case's team works with: worked out by hand, and over REST."""
