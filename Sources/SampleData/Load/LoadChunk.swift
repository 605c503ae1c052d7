/// A piece of a table that is loaded in one transaction, so that it is there either wholly or not at all.
///
/// Pieces are cut at the same places in every run: whether a piece was loaded shows by its keys.
struct LoadChunk: Sendable, Equatable {
    let table: ShopTable
    let units: Range<Int>

    /// Some thousand rows.
    private static func unitsPerChunk(_ table: ShopTable) -> Int { table == .orderItems ? 2500 : 5000 }

    /// The pieces of a table in the order of its primary key.
    static func all(of table: ShopTable, scale: ShopScale) -> [LoadChunk] {
        let units = scale.units(of: table)
        let step = unitsPerChunk(table)
        return stride(from: 0, to: units, by: step).map { LoadChunk(table: table, units: $0..<min($0 + step, units)) }
    }

    /// An SQL condition that some row of the piece meets, and no row of another.
    func presence(_ model: ShopModel) -> String {
        let first = units.lowerBound + 1
        let last = units.upperBound
        switch table {
        case .customers, .addresses, .products, .orders, .reviews: return "id BETWEEN \(first) AND \(last)"
        case .orderItems: return "order_id BETWEEN \(first) AND \(last)"
        case .payments:
            let low = ShopModel.paymentID(of: first, .failedAttempt)
            return "id BETWEEN \(low) AND \(ShopModel.paymentID(of: last, .refund))"
        case .shipments:
            return "id BETWEEN \(ShopModel.shipmentID(of: first)) AND \(ShopModel.shipmentID(of: last))"
        case .inventory:
            let key = model.inventoryKey(units.lowerBound)
            return "warehouse_id = \(key.warehouse) AND product_id = \(key.product)"
        }
    }
}
