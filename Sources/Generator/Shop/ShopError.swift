import MySQLClient

/// Why a shop cannot be loaded or kept busy; what the server or the network say stays a `MySQLError`.
public struct ShopError: Error, Sendable {
    /// The kind of failure; compare with `==`.
    public struct Code: Hashable, Sendable {
        private enum Base { case otherShop, noShop, rowsRefused, foreignRows }

        private let base: Base

        /// The database holds a shop made from another seed or size, or tables of the same names that are not ours.
        public static let otherShop = Code(base: .otherShop)
        /// The database holds no complete shop.
        public static let noShop = Code(base: .noShop)
        /// The server did not take rows as they are.
        public static let rowsRefused = Code(base: .rowsRefused)
        /// Somebody else writes under the keys that traffic uses.
        public static let foreignRows = Code(base: .foreignRows)
    }

    public let code: Code
    /// One line that names the cause.
    public let message: String
    /// One line that says what to do.
    public let remedy: String

    init(_ code: Code, _ message: String, remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension ShopError: CustomStringConvertible {
    public var description: String { message }
}
