"""What source text looks like: brackets, layout, lines.  Knows no reply of a model."""
