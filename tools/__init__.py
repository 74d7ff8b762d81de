"""What contributors run through `make`: not shipped, and never imported by the bot."""
