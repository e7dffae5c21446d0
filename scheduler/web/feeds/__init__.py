"""Calendar files and subscriptions: downloads, secret addresses, and the pages that hand them out."""
