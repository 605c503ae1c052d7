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
ALTER TABLE city ADD COLUMN `__version` INT NOT NULL DEFAULT 4 AFTER `_version`, DROP COLUMN `_sign`;
INSERT INTO city VALUES (4, 0, 7, 8, 9, 10, 'c');
DELETE FROM city WHERE id = 1;
-- A key of such names, none, and those of ClickHouse.
CREATE TABLE keys_of_others (`_version` INT NOT NULL, `__version` INT, `_deleted` VARCHAR(9) NOT NULL,
    PRIMARY KEY (`_deleted`, `_version`));
INSERT INTO keys_of_others VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
UPDATE keys_of_others SET `_version` = 9 WHERE `_version` = 2;
DELETE FROM keys_of_others WHERE `_version` = 3;
CREATE TABLE names_without_key (`_row_exists` INT, `_part` INT, `_block_number` INT, `_op` INT, `_sign` INT,
    `_version` INT, `_table` INT, `_partition_id` INT, `_part_offset` INT, `_block_offset` INT);
INSERT INTO names_without_key VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, 10), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
DELETE FROM names_without_key LIMIT 1;

-- [end]
-- city: 2 rows
-- made_later: 1 row
-- keys_of_others: 2 rows
-- names_without_key: 1 row
