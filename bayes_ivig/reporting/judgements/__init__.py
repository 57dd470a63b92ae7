"""What a person judged of the evidence, shown as theirs."""
