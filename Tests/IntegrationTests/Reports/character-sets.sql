-- Text and labels of ENUM and SET in character sets other than utf8mb4.
-- Reported as PeerDB-io/peerdb#4436, apache/flink-cdc#1166, ClickHouse/ClickHouse#21815, apache/flink-cdc#218.

-- [before]
CREATE TABLE texts (
    id INT NOT NULL PRIMARY KEY,
    western VARCHAR(40) CHARACTER SET latin1,
    wide TEXT CHARACTER SET utf16,
    label ENUM('naïve', 'gr€at') CHARACTER SET latin1,
    labels SET('año', 'día') CHARACTER SET latin1
);
INSERT INTO texts VALUES (1, 'café €', 'Ünï — 日本', 'naïve', 'año,día');
CREATE TABLE texts_chinese (id INT NOT NULL PRIMARY KEY, v VARCHAR(40) CHARACTER SET gbk);
INSERT INTO texts_chinese VALUES (1, '测试');
CREATE TABLE texts_japanese (id INT NOT NULL PRIMARY KEY, v VARCHAR(40) CHARACTER SET sjis);
INSERT INTO texts_japanese VALUES (1, 'テスト');
CREATE TABLE texts_cyrillic (id INT NOT NULL PRIMARY KEY, v VARCHAR(40) CHARACTER SET cp1251);
INSERT INTO texts_cyrillic VALUES (1, 'Привет');
-- The set has no character with this byte: never `?` in its place.
CREATE TABLE texts_undefined (id INT NOT NULL PRIMARY KEY, v VARCHAR(40) CHARACTER SET cp1250);
INSERT INTO texts_undefined VALUES (1, x'4181');
CREATE TABLE texts_undefined_later (id INT NOT NULL PRIMARY KEY, v VARCHAR(40) CHARACTER SET cp1250);
CREATE TABLE text_key (name VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL PRIMARY KEY, v INT);
INSERT INTO text_key VALUES ('é', 1), ('ñ', 5);

-- [after]
INSERT INTO texts VALUES (2, 'Ÿ œ ß', '😀 astral', 'gr€at', 'día');
UPDATE texts SET western = 'señor' WHERE id = 1;
INSERT INTO texts_chinese VALUES (2, '中文字符');
INSERT INTO texts_japanese VALUES (2, '日本語');
INSERT INTO texts_cyrillic VALUES (2, 'Жук');
INSERT INTO texts_undefined_later VALUES (1, x'4181');
UPDATE text_key SET v = 2 WHERE name = 'é';
DELETE FROM text_key WHERE name = 'ñ';

-- [end]
-- texts: 2 rows
-- texts_chinese: 2 rows
-- texts_japanese: 2 rows
-- texts_cyrillic: 2 rows
-- texts_undefined: stopped, `v`
-- texts_undefined_later: stopped, `v`
-- text_key: 1 row
