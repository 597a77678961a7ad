"""Results of collaboration groups: people measured together without a citizen case."""
