"""Messages: their texts, their form as mail, and the sender."""
