"""``python -m bayes_ivig`` is the command ``bayes-ivig``."""

from bayes_ivig.cli import main

if __name__ == "__main__":  # a process that a calibration starts reads this file, too
    main()
