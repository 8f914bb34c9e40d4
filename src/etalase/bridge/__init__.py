"""The only meeting of the planes: offers, referrals, claims, sale signals and the crossing log."""
