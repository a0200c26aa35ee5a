"""The road to a model that invents names, in six small programs: each is one idea beyond the one before.

    0  step_0_bigrams.py           counts, and no gradient at all
    1  step_1_by_hand.py           a network, and its gradient written by hand
    2  step_2_arrows.py            the same network as arrows: the backward pass disappears
    3  step_3_attention.py         positions, one head of attention, norms, residuals: it reads the whole name
    4  step_4_heads_and_layers.py  many heads, many layers
    5  step_5_adam.py              Adam in the place of gradient descent

    python experiments/steps/step_0_bigrams.py     runs one: its line, and names that it invents
    python experiments/steps/all.py                runs them all: a table and a picture

Read each beside the one before. What is the same in both is written out in both, so that the difference of two files is
an idea. What no step is about is in `common`; how a loss is measured and how names are invented is in `models`, as for
the programs.

The losses compare. All programs learn from the same names in the same order, 32 a step; in steps 1 to 4 at the same
rate, and in all of them it falls along a straight line to 0. Test losses are exact: the mean over every symbol of every
name that was kept for tests, in nats, as in `mlp_names` and `gpt_names`, where the road goes on.
"""
