import MySQLProtocol

/// XA transactions that are prepared: their rows are here, and their outcome comes later under another GTID.
///
/// The GTID of a prepared transaction becomes part of a batch only with that of its outcome, and with its rows. So a
/// position that is recorded before lacks it, and after a restart the server sends the transaction again. Over one
/// process's connections it is received once.
struct PreparedTransactions {
    struct Entry {
        let gtid: GTID
        var changes: HeldChanges
    }

    private var entries: [XATransactionID: Entry] = [:]
    /// Bytes of all changes.
    private(set) var bytes = 0

    var gtids: GTIDSet {
        var set = GTIDSet()
        for entry in entries.values { set.insert(entry.gtid) }
        return set
    }

    mutating func insert(_ id: XATransactionID, _ entry: Entry) {
        if let earlier = entries.updateValue(entry, forKey: id) { bytes -= earlier.changes.bytes }
        bytes += entry.changes.bytes
    }

    mutating func remove(_ id: XATransactionID) -> Entry? {
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        bytes -= entry.changes.bytes
        return entry
    }
}
