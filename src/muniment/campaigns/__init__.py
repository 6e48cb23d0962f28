"""Campaigns: findings with subjects and a clock. Pure: the day, the findings and the decisions are arguments."""
