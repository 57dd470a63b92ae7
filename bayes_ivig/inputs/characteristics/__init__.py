"""What is known of the studies beside their counts: classes, covariates,
and a checksum of what a model reads.
"""
