-- Why an index was what it was is asked of the last weeks; of older days the last word is enough.

INSERT INTO retention (what, days, meaning) VALUES
    ('index_all', 35, 'every index of a unit; of older days the last of each is kept for ever');
