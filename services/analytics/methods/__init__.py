"""Methods: every statistic, arrays in and frozen results out; refuses services, SQL and the web."""
