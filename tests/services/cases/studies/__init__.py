"""Studies and enrolments."""
