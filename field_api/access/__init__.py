"""Who is let in: passwords, devices, tokens, service accounts and lockouts; supplies the look-up of every request."""
