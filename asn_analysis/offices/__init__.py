"""What offices send: foreign files read, answer by answer."""
