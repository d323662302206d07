"""Fill in the middle: from a place in a document to a suggestion."""
