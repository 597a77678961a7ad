"""What respondents see and send."""
