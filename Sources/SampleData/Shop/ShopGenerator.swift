import ColumnarBytes

/// The initial data of a shop as rows for `LOAD DATA`: a pure function of seed and size.
///
/// Every row depends on nothing but seed, table, key and version, so ranges can be rendered by any number of workers in
/// any order and give the same bytes. The data shows the shop at `ShopTimeline.end` after two years of trade.
package struct ShopGenerator: Sendable {
    package let seed: UInt64
    package let scale: ShopScale
    let model: ShopModel

    /// - Parameter rows: see `ShopScale`.
    package init(seed: UInt64, rows: Int = ShopScale.defaultRows) {
        self.init(seed: seed, scale: ShopScale(rows: rows))
    }

    package init(seed: UInt64, scale: ShopScale) {
        self.seed = seed
        self.scale = scale
        model = ShopModel(seed: seed, scale: scale)
    }

    /// What the tables of this shop carry as their comment.
    package var provenance: ShopProvenance { ShopProvenance(seed: seed, rows: scale.rows) }

    /// Appends the rows of `units` of a table, tab-separated, one line a row, in the order of the primary key.
    ///
    /// - Parameter units: within `0..<scale.units(of: table)`.
    /// - Returns: how many rows were appended; for order_items, payments and shipments not the number of units.
    @discardableResult
    package func render(_ table: ShopTable, units: Range<Int>, into out: GrowableBytes) -> Int {
        var row = RowWriter(out)
        return render(table, units: units, into: &row)
    }

    func render(_ table: ShopTable, units: Range<Int>, into row: inout RowWriter) -> Int {
        precondition(units.lowerBound >= 0 && units.upperBound <= scale.units(of: table))
        switch table {
        case .customers:
            for id in ids(units) { model.customer(id, registered: model.registered(id), into: &row) }
        case .addresses:
            for id in ids(units) {
                let owner = model.addressOwner(id)
                let created = model.registered(owner) &+ Int64(id % 3600) &* ShopTimeline.second
                model.address(id, of: owner, created: created, into: &row)
            }
        case .products:
            for id in ids(units) { model.product(id, into: &row) }
        case .inventory:
            for unit in units {
                let key = model.inventoryKey(unit)
                model.inventory(warehouse: key.warehouse, product: key.product, into: &row)
            }
        case .orders, .orderItems, .payments, .shipments: return renderOrders(table, ids(units), into: &row)
        case .reviews:
            for id in ids(units) { model.review(id, model.review(id), into: &row) }
        }
        return units.count
    }

    private func ids(_ units: Range<Int>) -> Range<Int> { units.lowerBound + 1..<units.upperBound + 1 }

    private func renderOrders(_ table: ShopTable, _ ids: Range<Int>, into row: inout RowWriter) -> Int {
        var rows = 0
        for id in ids {
            let order = model.order(id)
            let status = order.status(at: ShopTimeline.end)
            switch table {
            case .orderItems: rows += model.orderItems(of: order, into: &row)
            case .payments:
                rows += model.payments(of: order, totals: model.totals(of: order), status: status, into: &row)
            case .shipments:
                if model.hasShipment(in: status) {
                    model.shipment(of: order, status: status, into: &row)
                    rows += 1
                }
            default:
                model.order(order, totals: model.totals(of: order), status: status, into: &row)
                rows += 1
            }
        }
        return rows
    }
}
