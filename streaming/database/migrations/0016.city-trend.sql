-- How the city, its banners and streets stood every ten minutes: what a trend is drawn from, and what "since yesterday"
-- compares with. Written by the job `trend`; a figure that was not known is null.

CREATE TABLE city_trend (
    area_id         text NOT NULL,
    at              timestamptz NOT NULL,      -- the ten minutes it stands for
    units           int,
    indexed         int NOT NULL,              -- units with an index
    index_mean      double precision,
    dimensions      jsonb NOT NULL DEFAULT '{}',  -- means of the five, as far as known
    green           int NOT NULL,
    blue            int NOT NULL,
    yellow          int NOT NULL,
    red             int NOT NULL,
    devices         int,                       -- without cameras
    devices_online  int,
    cameras         int,
    cameras_online  int,
    alarms_1        int,
    alarms_2        int,
    alarms_3        int,
    alarms_4        int,
    inspected       int,                       -- units whose self-inspection of that day was done
    rectify_ordered int,
    rectify_closed  int,
    PRIMARY KEY (area_id, at)
);
CREATE INDEX city_trend_age ON city_trend USING brin (at);

INSERT INTO retention (what, days, meaning) VALUES
    ('trend_all', 35, 'the state of each area every ten minutes; of older days that of each full hour is kept'),
    ('trend', 760, 'the state of each area at full hours');

-- Figures of a whole area are for those who see all of it: a part of its types would learn of the others.
GRANT SELECT ON city_trend TO sunshine_viewer;
ALTER TABLE city_trend ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON city_trend FOR SELECT TO sunshine_viewer USING (
    (SELECT sees_all())
    OR ((SELECT seen_list('sunshine.types')) = '{}'
        AND area_id IN (SELECT area.id FROM area
                         WHERE area.path || '/' LIKE ANY ((SELECT seen_list('sunshine.areas'))::text[])))
);
