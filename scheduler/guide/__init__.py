"""The guides for organisers and attendees, in Markdown: shown by `web.guides`, made into a site by `make guide`."""
