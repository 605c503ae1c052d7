/// How large a shop is.
///
/// `rows` sets the size of business: **orders, order_items, payments and shipments hold at least `rows` rows each, the
/// other five tables at least min(`rows`, 100 000) each.** Up to 100 000 all tables grow alike; beyond, customers and
/// addresses grow by a quarter, reviews by half and products and inventory by a twentieth of what `rows` adds, as a
/// catalogue grows more slowly than its sales. In all about 11 × `rows` rows (1.2 million) at the default, and
/// 7 × `rows` (14 million) at 2 million.
package struct ShopScale: Sendable, Hashable {
    /// At least this many rows in each table by default.
    package static let defaultRows = 100_000
    /// Sizes that can be asked for.
    package static let allowedRows = 100...1_000_000_000

    /// Warehouses, numbered from 1.
    static let warehouses = 20
    private static let bend = 100_000

    /// What was asked for, brought into `allowedRows`.
    package let rows: Int
    /// Customers; their ids are 1…`customers`.
    package let customers: Int
    /// Addresses, ids from 1.
    package let addresses: Int
    /// Products, ids from 1.
    package let products: Int
    /// Rows of inventory: `warehouses` × `stockedPerWarehouse`.
    package let inventory: Int
    /// Orders, ids from 1.
    package let orders: Int
    /// Reviews, ids from 1.
    package let reviews: Int

    let stockedPerWarehouse: Int

    /// - Parameter rows: see the type; values outside `allowedRows` are brought to its ends.
    package init(rows: Int = ShopScale.defaultRows) {
        let rows = min(max(rows, ShopScale.allowedRows.lowerBound), ShopScale.allowedRows.upperBound)
        let base = min(rows, ShopScale.bend)
        let more = rows - base
        self.rows = rows
        customers = base + more / 4
        addresses = customers + customers / 10
        products = base + more / 20
        stockedPerWarehouse = (products + products / 10) / ShopScale.warehouses + 1
        inventory = stockedPerWarehouse * ShopScale.warehouses
        // 93 % of all orders are shipped in the end; 64 more keep a small shop above its minimum too.
        orders = rows + rows * 3 / 20 + 64
        reviews = base + more / 2
    }

    /// What a table is made from: `ShopGenerator.render` takes ranges of these units.
    ///
    /// Entities have one row a unit; order_items, payments and shipments are made from orders.
    package func units(of table: ShopTable) -> Int {
        switch table {
        case .customers: customers
        case .addresses: addresses
        case .products: products
        case .inventory: inventory
        case .orders, .orderItems, .payments, .shipments: orders
        case .reviews: reviews
        }
    }
}
