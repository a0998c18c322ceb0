"""A drafted text keeps what it was drafted as: what differs from it was typed, and stays when the text is drafted anew."""

DDL = """
ALTER TABLE evaluation ADD COLUMN drafted_text TEXT NOT NULL DEFAULT '';        -- main_work as drafted; '' = not, or unknown
ALTER TABLE half_year_report ADD COLUMN drafted_text TEXT NOT NULL DEFAULT '';
ALTER TABLE yearly_report ADD COLUMN drafted_text TEXT NOT NULL DEFAULT '';
"""
