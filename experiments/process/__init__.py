"""What a program needs, whatever it is about: how it starts and ends, prints, writes files, draws, and is random."""
