"""Answers to the exercises of step 2 of the road."""

from __future__ import annotations

from typing import Any

import numpy as np

from docs.exercises import road_by_hand as asked
from docs.exercises.answers import Answers, Wrong

ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.slope_of_surprise,
        lambda p, target: p - np.eye(len(p))[target],
        (
            Wrong(
                lambda p, target: np.eye(len(p))[target] - p,
                "the gradient is the way to go",
                "The gradient points uphill",
            ),
            Wrong(
                lambda p, target: -np.eye(len(p))[target] / p,
                "the loss is -log p, so that its gradient is -1/p",
                "softmax is still to be passed through",
            ),
            Wrong(
                lambda p, target: -np.eye(len(p))[target],
                "only the score of what came matters",
                "there is less left for what came",
            ),
        ),
    ),
    Answers(
        asked.back_through_tanh,
        lambda h, dh: dh * (1 - h**2),
        (
            Wrong(lambda h, dh: 1 - h**2, "to go back is to differentiate", "the chain rule multiplies"),
            Wrong(
                lambda h, dh: dh * (1 - np.tanh(h) ** 2),
                "the slope is found at what is at hand",
                "Yours takes tanh once more",
            ),
            Wrong(lambda h, dh: np.tanh(dh), "changes go through the same function", "It is a change"),
        ),
    ),
    Answers(
        asked.back_through_a_product,
        lambda U, h, dz: (np.outer(dz, h), U.T @ dz),
        (
            Wrong(lambda U, h, dz: (np.outer(h, dz), U.T @ dz), "an outer product has no order", "dU is turned over"),
            Wrong(
                lambda U, h, dz: (np.outer(dz, h), U @ dz),
                "if the shapes fit, it is right",
                "What goes back through U goes through U.T",
            ),
            Wrong(
                lambda U, h, dz: (U * dz[:, None], U.T @ dz),
                "the gradient of U is made of U",
                "dU must not depend on U",
            ),
        ),
    ),
)
