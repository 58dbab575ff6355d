"""The law as data: definitions of the process, how time is counted, and the state machine made from them. Pure."""
