"""What the treatment was compared with, trial by trial: groups of trials that ask one question each."""
