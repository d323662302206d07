"""What was asked, shown, accepted and paid: counts by day, no text and no paths."""
