"""Answering: what a respondent is asked, drafts, and the one submission of each form."""
