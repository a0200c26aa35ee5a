"""Programs that use cat_ad, and what they share."""

from experiments.process.start import begin

begin()
