"""Lists: the command ``list``, and the generated pages of the checkout."""
