"""Lists, searches and changes of cases."""
