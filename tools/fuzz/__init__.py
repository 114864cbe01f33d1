"""`make fuzz`: random networks against an oracle, and malformed calls over the public surface."""
