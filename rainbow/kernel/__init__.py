"""What every room shares: errors, findings, metrics, samples, texts. Standard library only, no input or output."""
