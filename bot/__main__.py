"""`python -m bot` is `confrere`."""

from bot.cli import main

main()
