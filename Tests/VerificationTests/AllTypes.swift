import MySQLSchema
import Verification

/// A table with a column of every type that is compared, nullable and not, and names that need quoting.
enum AllTypes {
    static let definition = TableDefinition(
        name: TableName(database: "odd `db'", table: "all `types'\\"),
        columns: [
            ColumnDefinition(name: "id", columnType: "bigint unsigned", isNullable: false),
            ColumnDefinition(name: "small one", columnType: "smallint", isNullable: true),
            ColumnDefinition(name: "filled", columnType: "int(6) unsigned zerofill", isNullable: false),
            ColumnDefinition(name: "exact", columnType: "decimal(65,30)", isNullable: true),
            ColumnDefinition(name: "exact_filled", columnType: "decimal(8,3) unsigned zerofill", isNullable: false),
            ColumnDefinition(name: "f", columnType: "float", isNullable: true),
            ColumnDefinition(name: "d", columnType: "double", isNullable: false),
            ColumnDefinition(name: "bits", columnType: "bit(64)", isNullable: true),
            ColumnDefinition(name: "day", columnType: "date", isNullable: true),
            ColumnDefinition(name: "at", columnType: "datetime(6)", isNullable: false),
            ColumnDefinition(name: "stamp", columnType: "timestamp(3)", isNullable: true),
            ColumnDefinition(name: "clock", columnType: "time(3)", isNullable: true),
            ColumnDefinition(name: "y", columnType: "year", isNullable: true),
            ColumnDefinition(name: "c", columnType: "char(10)", isNullable: false, charset: "utf8mb4"),
            ColumnDefinition(name: "v`'\\", columnType: "varchar(100)", isNullable: true, charset: "latin1"),
            ColumnDefinition(name: "t", columnType: "mediumtext", isNullable: false, charset: "utf8mb3"),
            ColumnDefinition(name: "tn", columnType: "text", isNullable: true, charset: "utf16"),
            ColumnDefinition(name: "bin", columnType: "binary(4)", isNullable: false),
            ColumnDefinition(name: "vb", columnType: "varbinary(16)", isNullable: true),
            ColumnDefinition(name: "bl", columnType: "longblob", isNullable: true),
            ColumnDefinition(name: "e", columnType: "enum('a','b,c','é')", isNullable: true, charset: "latin1"),
            ColumnDefinition(name: "s", columnType: "set('x','y')", isNullable: false, charset: "utf8mb4"),
            ColumnDefinition(name: "j", columnType: "json", isNullable: true),
            ColumnDefinition(name: "g", columnType: "point", isNullable: false),
            ColumnDefinition(name: "vec", columnType: "vector(3)", isNullable: true),
            ColumnDefinition(name: "leat_row", columnType: "int", isNullable: false),
        ],
        primaryKey: ["id", "c"]
    )

    static let table = TableToVerify(definition: definition, warehouseDatabase: "odd `db'")
}
