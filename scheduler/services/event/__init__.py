"""The event itself: its programme and topics."""
