"""Plans and their meetings: published, moved, called off, remembered."""
