"""Chat code actions: from a selection to edits."""
