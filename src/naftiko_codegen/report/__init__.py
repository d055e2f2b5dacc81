"""What people and machines are shown: findings, drift, intermediate models, one operation in every pass."""
