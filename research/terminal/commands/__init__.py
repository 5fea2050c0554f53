"""What each command does with its options: one module a command, loaded when it is asked for."""
