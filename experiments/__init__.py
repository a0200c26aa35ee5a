"""Programs that use cat_ad, and what they share."""
