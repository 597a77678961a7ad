"""Tests of files of results: read back by other libraries, they hold what the views hold and no more."""
