"""Everything that outlives a request, except the open documents."""
