"""Chat code actions: which are offered, what is asked, what an answer changes."""
