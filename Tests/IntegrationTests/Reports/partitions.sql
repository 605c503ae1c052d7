-- Partitions that are dropped, emptied and exchanged: rows come and go without row events.
-- Reported as ClickHouse/ClickHouse#19707.

-- [before]
CREATE TABLE parted (id INT NOT NULL, d INT NOT NULL, v VARCHAR(10), PRIMARY KEY (id, d))
PARTITION BY RANGE (d) (
    PARTITION p0 VALUES LESS THAN (10),
    PARTITION p1 VALUES LESS THAN (20),
    PARTITION p2 VALUES LESS THAN (30),
    PARTITION pm VALUES LESS THAN MAXVALUE
);
INSERT INTO parted VALUES (1, 5, 'a'), (2, 15, 'b'), (3, 25, 'c'), (4, 35, 'd'), (5, 6, 'e');
CREATE TABLE exchanged LIKE parted;
ALTER TABLE exchanged REMOVE PARTITIONING;
INSERT INTO exchanged VALUES (30, 22, 'swapped');

-- [after]
ALTER TABLE parted DROP PARTITION p0;
ALTER TABLE parted TRUNCATE PARTITION p1;
ALTER TABLE parted EXCHANGE PARTITION p2 WITH TABLE exchanged;
ALTER TABLE parted REORGANIZE PARTITION pm INTO
    (PARTITION p3 VALUES LESS THAN (40), PARTITION pm VALUES LESS THAN MAXVALUE);
INSERT INTO parted VALUES (6, 12, 'f'), (7, 50, 'g');
ALTER TABLE parted REBUILD PARTITION p1;

-- [end]
-- parted: 4 rows
-- exchanged: 1 row
