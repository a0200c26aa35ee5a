"""Programs that use cat_ad, and rooms of what they share. Each imports only what stands above it:

essence     the paper on one page, in Python alone
process     what a program needs, whatever it is about: start and end, output, files, pictures, chance
data        names as data: lists of them, and what a model reads of a name
models      models of names: how they are measured, read, and invent
training    flags, batches, schedules, what runs a step, checkpoints and the folders of runs
commands    what a command line asks for: to train, or to invent
mlp_names   the programs
bag_names
gpt_names
steps       the road to them, in six small programs
measuring   how fast it all is, beside other ways to write it
workloads   what others measure automatic differentiation by, to copy from
"""

from experiments.process.start import begin

begin()
