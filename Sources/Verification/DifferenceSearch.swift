/// Looks for the rows in which a table differs: divides the rows of both sides into parts by a hash of their keys,
/// compares the parts' sums, and reads the rows of parts that differ, as hashes.
///
/// By hash, because both servers divide by it alike; they do not order strings alike.
struct DifferenceSearch: Sendable {
    let source: SourceReader
    let warehouse: WarehouseReader
    let differencesMax: Int

    /// Lists the differences of a table whose sums differ.
    ///
    /// - Returns: false if they no longer do: one side has changed.
    func complete(_ result: inout TableResult, of table: VerifiedTable) async throws -> Bool {
        if !result.differences.isEmpty { return true }
        let compared = try ComparedTable(table)
        let plan = BucketPlan(
            rows: max(result.sourceRows ?? 0, result.warehouseRows ?? 0),
            columns: compared.columns.count
        )
        async let shown = warehouse.buckets(plan.count, of: compared)
        let known = try await source.buckets(plan.count, of: compared)
        let withoutText = known.values.reduce(into: UInt64(0)) { $0 += $1.rowsWithoutText }
        if withoutText > 0 {
            result.failure =
                "\(withoutText) rows are too long for the source to hash\n  fix: raise max_allowed_packet there"
            return true
        }
        let unequal = BucketPlan.unequal(known, try await shown)
        if unequal.isEmpty { return false }
        result.duplicateKeys = try await warehouse.duplicateKeys(in: compared)
        let readable = compared.hasTextualKey ? plan.readable(unequal, known, try await shown) : []
        if readable.isEmpty {
            result.hasMoreDifferences = true
            return true
        }
        async let shownRows = warehouse.rows(ofBuckets: readable, of: plan.count, in: compared)
        let knownRows = try await source.rows(ofBuckets: readable, of: plan.count, in: compared)
        let found = DifferenceFinder(table: compared).differences(source: knownRows, warehouse: try await shownRows)
        if found.isEmpty { return false }
        result.differences = Array(found.prefix(differencesMax))
        result.hasMoreDifferences = found.count > differencesMax || readable.count < unequal.count
        return true
    }
}
