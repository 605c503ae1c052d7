/// Where an order stands.
package enum OrderStatus: Int, CaseIterable, Sendable {
    case placed
    case paid
    case packed
    case shipped
    case delivered
    case cancelled
    case returned

    /// The value of `orders.status`.
    package var name: String { text.description }

    var text: StaticString {
        switch self {
        case .placed: "placed"
        case .paid: "paid"
        case .packed: "packed"
        case .shipped: "shipped"
        case .delivered: "delivered"
        case .cancelled: "cancelled"
        case .returned: "returned"
        }
    }
}

/// What is true of an order in every table that speaks of it: who, when, and how it continues.
///
/// Times are microseconds since 1970. A stage's time is when the order gets there, which may lie ahead.
struct OrderFacts {
    enum Path {
        case delivered
        case returned
        case cancelledBeforePayment
        case cancelledAfterPayment
    }

    let id: Int
    let customer: Int
    /// 1…8.
    let lines: Int
    let path: Path
    let isPaidAtOnce: Bool
    /// A first payment that did not go through.
    let hasFailedPayment: Bool
    /// Off all lines, in thousandths.
    let discountPerThousand: Int
    let placed: Int64
    let paid: Int64
    let packed: Int64
    let shipped: Int64
    let delivered: Int64
    /// When it was cancelled or returned; without meaning on the path `.delivered`.
    let closed: Int64

    /// The status at a time.
    func status(at time: Int64) -> OrderStatus {
        switch path {
        case .cancelledBeforePayment: return time >= closed ? .cancelled : .placed
        case .cancelledAfterPayment: return time >= closed ? .cancelled : time >= paid ? .paid : .placed
        case .returned where time >= closed: return .returned
        case .returned, .delivered:
            if time >= delivered { return .delivered }
            if time >= shipped { return .shipped }
            if time >= packed { return .packed }
            return time >= paid ? .paid : .placed
        }
    }

    /// Whether an order of this status was paid once.
    func isPaid(in status: OrderStatus) -> Bool {
        switch status {
        case .placed: false
        case .cancelled: path == .cancelledAfterPayment
        case .paid, .packed, .shipped, .delivered, .returned: true
        }
    }
}

/// One line of an order. Money in cents.
struct OrderLine {
    let product: Int
    let quantity: Int
    let unitPrice: Int64
    var total: Int64 { unitPrice &* Int64(quantity) }
}

/// What an order's lines come to. Money in cents.
struct OrderTotals {
    var units = 0
    var gross: Int64 = 0
    var discount: Int64 = 0
    var amount: Int64 { gross &- discount }
}
