-- Dates that are zero, or partly so, in columns with and without NULL.
-- Reported as airbytehq/airbyte#81630, airbytehq/airbyte#65082, debezium/debezium#913.

-- [before]
SET SESSION sql_mode = '';
CREATE TABLE zero (
    id INT NOT NULL PRIMARY KEY,
    day DATE NOT NULL,
    moment DATETIME NOT NULL,
    stamp TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00',
    day_or_null DATE NULL,
    vintage YEAR NULL
);
INSERT INTO zero VALUES
    (1, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', NULL, 0),
    (2, '2025-00-00', '2025-07-00 01:02:03', '2025-07-01 00:00:00', '0000-00-00', 2155);
-- The same, and written while it is followed.
CREATE TABLE later LIKE zero;
INSERT INTO later VALUES (2, '1970-01-01', '1970-01-01 00:00:00', '1970-01-02 00:00:00', NULL, 1901);

-- [after]
SET SESSION sql_mode = '';
INSERT INTO zero VALUES
    (3, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '0000-00-00', 1901),
    (4, '1970-01-01', '1970-01-01 00:00:00', '1970-01-02 00:00:00', '1970-01-01', 0);
UPDATE zero SET day = '2025-07-00' WHERE id = 1;
INSERT INTO later VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', NULL, 0);

-- [end]
-- zero: 4 rows
-- later: 2 rows
