"""What is asked, shown, accepted and paid: the meter, the budget and the ledger."""
