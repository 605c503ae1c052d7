/// The tables of the shop, in the order in which they are loaded.
package enum ShopTable: UInt8, CaseIterable, Sendable {
    case customers = 1
    case addresses
    case products
    case inventory
    case orders
    case orderItems
    case payments
    case shipments
    case reviews

    /// The table's name in MySQL.
    package var name: String {
        switch self {
        case .customers: "customers"
        case .addresses: "addresses"
        case .products: "products"
        case .inventory: "inventory"
        case .orders: "orders"
        case .orderItems: "order_items"
        case .payments: "payments"
        case .shipments: "shipments"
        case .reviews: "reviews"
        }
    }
}
