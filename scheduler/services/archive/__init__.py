"""A whole event in one file that another installation takes in: what is in it, written, checked, read back."""
