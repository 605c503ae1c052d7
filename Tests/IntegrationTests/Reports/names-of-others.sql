-- Columns that other tools, and Leat, call their own.
-- Reported as Altinity/clickhouse-sink-connector#431, Altinity/clickhouse-sink-connector#619,
-- Altinity/clickhouse-sink-connector#1206.

-- [before]
CREATE TABLE city (
    id INT NOT NULL PRIMARY KEY,
    is_deleted TINYINT(1) DEFAULT 0,
    `_version` BIGINT UNSIGNED,
    `_sign` INT,
    `_deleted` INT,
    `version` INT,
    name VARCHAR(40)
);
INSERT INTO city VALUES (1, 1, 999, -1, 1, 5, 'kept though flagged');

-- [after]
INSERT INTO city VALUES (2, 0, 1, 1, 0, 6, 'b'), (3, 0, 1, 1, 0, 7, 'to go');
UPDATE city SET `_version` = 1, is_deleted = 0 WHERE id = 1;
UPDATE city SET is_deleted = 1 WHERE id = 2;
DELETE FROM city WHERE id = 3;
CREATE TABLE made_later (id INT NOT NULL PRIMARY KEY, `_version` INT, is_deleted INT);
INSERT INTO made_later VALUES (1, 1, 1);
ALTER TABLE made_later ADD COLUMN `_sign` INT NOT NULL DEFAULT -1;
UPDATE made_later SET `_version` = 0 WHERE id = 1;

-- [end]
-- city: stopped, _version
-- made_later: stopped, _version
