"""Where cases stand, and the attention list: worked out by hand, over made-up holdings, and over REST."""
