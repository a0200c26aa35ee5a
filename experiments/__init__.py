"""Programs that use cat_ad, and what they share."""

from experiments.start import begin

begin()
