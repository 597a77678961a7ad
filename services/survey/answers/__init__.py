"""Answer exports: what was answered, row by row, for a data steward with a stated purpose."""
