"""Following: what happens to rounds and their answers, for systems that can't take webhooks."""
