"""Mails on pages: the development outbox, what a person wants to receive, and the one-click way out."""
