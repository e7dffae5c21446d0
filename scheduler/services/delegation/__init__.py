"""Delegations and their joint programme."""
