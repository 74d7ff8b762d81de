"""What words mean and who can help: pure, no input or output."""
