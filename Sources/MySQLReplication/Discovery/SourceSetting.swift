/// A server variable that must have one value for the binlog to be followed exactly, and why.
///
/// Source: https://dev.mysql.com/doc/refman/9.4/en/replication-options-binary-log.html
package struct SourceSetting: Sendable, Hashable {
    package var name: String
    /// In capital letters.
    package var wanted: String
    /// What comes of another value.
    package var effect: String
    package var remedy: String

    /// In the order in which they are checked.
    package static let required: [SourceSetting] = [
        SourceSetting(
            name: "log_bin",
            wanted: "ON",
            effect: "there are no changes to follow",
            remedy: "start the server with --log-bin (and --server-id), which is MySQL's default since 8.0"
        ),
        SourceSetting(
            name: "binlog_format",
            wanted: "ROW",
            effect: "changes are logged as statements, which cannot be carried over exactly",
            remedy: "SET PERSIST binlog_format = 'ROW'   and let clients reconnect"
        ),
        SourceSetting(
            name: "gtid_mode",
            wanted: "ON",
            effect: "replication cannot resume on another server",
            remedy:
                "set enforce_gtid_consistency = ON, then step gtid_mode through OFF_PERMISSIVE and ON_PERMISSIVE to ON"
        ),
        SourceSetting(
            name: "binlog_row_image",
            wanted: "FULL",
            effect: "rows lack the columns that did not change",
            remedy: "SET PERSIST binlog_row_image = 'FULL'   and let clients reconnect"
        ),
        SourceSetting(
            name: "binlog_row_metadata",
            wanted: "FULL",
            effect: "the binlog does not say which columns its rows have",
            remedy: "SET PERSIST binlog_row_metadata = 'FULL'"
        ),
        SourceSetting(
            name: "binlog_row_value_options",
            wanted: "",
            effect: "changes of JSON columns are logged in part only",
            remedy: "SET PERSIST binlog_row_value_options = ''"
        ),
    ]

    /// After a crash of the server that lacks one of these, ClickHouse can be ahead of it.
    package static let durable: [SourceSetting] = ["sync_binlog", "innodb_flush_log_at_trx_commit"].map { name in
        SourceSetting(
            name: name,
            wanted: "1",
            effect: "after a crash the server may lack transactions that are in ClickHouse already",
            remedy: "SET PERSIST \(name) = 1"
        )
    }

    /// What the variable is instead, as a sentence shows it; nil if it is as wanted, or the server does not have it.
    ///
    /// - Parameter variables: values by name in small letters.
    package func deviation(in variables: [String: String]) -> String? {
        guard let value = variables[name]?.uppercased(), value != wanted else { return nil }
        return value.isEmpty ? "empty" : value
    }
}
