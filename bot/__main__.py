"""`python -m bot` is the command `guanghe`."""

from bot.cli import main

main()
