"""Reads behind agendas, feeds and availability."""
