"""Compiled kernels: how they see arrays, where they are kept, when they are compiled."""
