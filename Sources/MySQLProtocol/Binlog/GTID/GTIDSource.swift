/// Where a transaction was first committed: the server's UUID and, since MySQL 8.3, an optional tag. MySQL's "TSID".
public struct GTIDSource: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let uuid: MySQLUUID
    /// Lower case; empty for none.
    public let tag: String

    /// - Throws: ``GTIDError/invalidTag``.
    public init(uuid: MySQLUUID, tag: String = "") throws(GTIDError) {
        guard tag.isEmpty || GTIDSource.isTag(tag.utf8) else { throw .invalidTag }
        self.init(uuid: uuid, validTag: tag)
    }

    init(uuid: MySQLUUID, validTag tag: String) {
        self.uuid = uuid
        self.tag = tag
    }

    /// 1 to 32 of `a`–`z`, `0`–`9` and `_`, not beginning with a digit:
    /// https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html
    static func isTag(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= 32 else { return false }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.uuid == right.uuid ? left.tag < right.tag : left.uuid < right.uuid
    }

    public var description: String { tag.isEmpty ? uuid.description : "\(uuid):\(tag)" }
}
