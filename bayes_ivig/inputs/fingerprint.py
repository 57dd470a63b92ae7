"""A checksum that identifies the counts of a dataset, whatever file or DataFrame they came from."""

from hashlib import sha256

from bayes_ivig.inputs.dataset import Dataset


def fingerprint(dataset: Dataset) -> str:
    """Return the SHA-256 of the studies' names and counts, sorted by name: study order does not matter."""
    lines = sorted(f"{study.name}\t" + "\t".join(map(str, study.counts)) for study in dataset.studies)
    return sha256("\n".join(lines).encode()).hexdigest()
