"""The parameters of a training run; all of them are kept in its checkpoints and in the model card."""

from dataclasses import dataclass, field

from embeddings.training.vocabulary import VocabularyOptions


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Hold what decides the trained weights, next to the data; the defaults are those of the embedded model."""

    dimensions: int = 256
    steps: int = 8_000
    batch: int = 1_024
    learning_rate: float = 0.02
    warm_up: int = 50
    scale: float = 20.0
    token_drop: float = 0.2
    word_split: float = 0.1
    seed: int = 0
    longest_a: int = 64
    longest_b: int = 192
    exclude_sources: tuple[str, ...] = ()
    vocabulary: VocabularyOptions = field(default_factory=VocabularyOptions)

    def rate_at(self, step: int) -> float:
        """Return the learning rate of `step`: a short rise, then a straight fall to 0."""
        return self.learning_rate * min(1.0, (step + 1) / self.warm_up) * (1 - step / self.steps)
