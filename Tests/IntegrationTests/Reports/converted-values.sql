-- MODIFY that converts what is there: MySQL rounds and rewrites rows without row events.
-- Reported as Altinity/clickhouse-sink-connector#35, ClickHouse/ClickHouse#11166, ByConity/ByConity#1018.

-- [before]
CREATE TABLE converted (
    id INT NOT NULL PRIMARY KEY,
    price DECIMAL(10, 3),
    code VARCHAR(10),
    number INT,
    moment VARCHAR(30),
    note VARCHAR(50)
);
INSERT INTO converted VALUES
    (1, 1.239, '007', 5, '2024-01-02 03:04:05', 'abcdef'),
    (2, -1.235, '12 ', 300, '2024-12-31', 'x'),
    (3, 2.345, '+8', -7, '2020-02-29 00:00:00', 'long enough'),
    (9, 7.777, 'zz', 1, 'not a date', 'deleted before the change');
DELETE FROM converted WHERE id = 9;
INSERT INTO converted VALUES (8, 8.888, 'yy', 1, 'bad', 'deleted while streaming');

-- [after]
DELETE FROM converted WHERE id = 8;
ALTER TABLE converted MODIFY price DECIMAL(10, 2);
ALTER TABLE converted MODIFY code INT;
ALTER TABLE converted MODIFY number VARCHAR(10);
ALTER TABLE converted MODIFY moment DATETIME;
INSERT INTO converted VALUES (4, 9.99, 44, 'x44', '2025-05-05 05:05:05', 'n');
UPDATE converted SET note = 'y' WHERE id = 2;

-- [end]
-- converted: 4 rows
