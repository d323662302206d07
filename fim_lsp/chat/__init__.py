"""Chat code actions: what is offered, asked, and made of the answer."""
