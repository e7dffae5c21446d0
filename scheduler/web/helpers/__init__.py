"""Pages of those who help an event without organising it: desk staff and sponsors. They read, and change nothing."""
